"""What people change: the frame, the tree, a priority. Each edit is a new version, and makes what follows from it stale."""
