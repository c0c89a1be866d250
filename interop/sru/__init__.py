"""SRU 1.1, 1.2 and 2.0 over HTTP: searchRetrieve and explain over the catalogue."""
