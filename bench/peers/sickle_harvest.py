"""``sickle_harvest URL PREFIX``: fetches every record with sickle and prints how many."""

import sys

from sickle import Sickle

if __name__ == "__main__":
    url, prefix = sys.argv[1:]
    print(sum(1 for _ in Sickle(url).ListRecords(metadataPrefix=prefix)))
