"""What runs one service, in the suite and in a container alike: gunicorn's settings, the worker, the migration."""
