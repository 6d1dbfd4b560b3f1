"""The history, one file per revision; the SQL lies in `migrations/sql` under the same number."""
