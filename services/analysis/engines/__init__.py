"""Where queries run: DuckDB in this process, a PostgreSQL server, or Apache Spark. SQL is written once, in DuckDB's dialect."""
