"""The index: a derived view of the store that answers queries. Engines follow the store's feed.

``base`` is the contract, ``engines`` keep it; ``plan`` decides what is answered, ``document`` what
is indexed, ``follower`` brings the one to the other.
"""
