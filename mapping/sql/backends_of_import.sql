-- End the connections of the process that works on an import: its transaction ends with them. %(name)s of both
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE application_name = %(name)s AND datname = current_database() AND pid <> pg_backend_pid()
