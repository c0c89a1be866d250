"""What the HTTP front ends share, without a web framework: content codings, conditional answers,
limits, and the way past Flask for addresses that are asked for often.
"""
