"""OAI-PMH 2.0, provider side. Layers, top to bottom: views (HTTP), xml, provider, token and sets,
protocol; only views knows a clock or a web framework.
"""
