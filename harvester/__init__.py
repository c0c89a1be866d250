"""The harvester: takes other servers' records into the union index. It never imports a server."""
