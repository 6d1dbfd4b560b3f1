"""Where the servers come from: embedded for one machine, containers past it."""
