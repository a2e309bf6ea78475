-- views.sql: every view, one a file. Included by install.sql.

\ir views/journey.sql
