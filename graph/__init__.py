"""The only home of Cypher: constraints, reads and writes of the issue tree and the evidence graph."""
