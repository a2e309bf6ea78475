-- tables.sql: which shards there are and which calls each has. Included by router.sql.
--
-- A call's place is its slot, 0 to 63, by a hash of its id; a shard has some of the slots. So three shards are as good as
-- four, and growing is to give slots away.

COMMENT ON SCHEMA ivr_shards IS 'How a router reaches its shards: what is called from the functions and tables of ivr, and by nobody else.';

CREATE TABLE IF NOT EXISTS ivr_shards.shards (
    shard      integer NOT NULL,
    connection text NOT NULL,
    down_since timestamptz,
    fault      text,
    tried_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    held       integer[] NOT NULL DEFAULT '{}',
    CONSTRAINT shards_pkey PRIMARY KEY (shard),
    CONSTRAINT shards_are_0_to_63 CHECK (shard BETWEEN 0 AND 63),
    CONSTRAINT shards_connection_is_words CHECK (connection ~ '^[a-z_]+=[^ ''"\\=]+( [a-z_]+=[^ ''"\\=]+)*$'),
    CONSTRAINT shards_connection_names_no_user CHECK (connection !~ '\m(user|password|options)=')
);
COMMENT ON TABLE ivr_shards.shards IS 'The databases that have the calls. minivoice-db shards writes it.';
COMMENT ON COLUMN ivr_shards.shards.shard IS 'Its number.';
COMMENT ON COLUMN ivr_shards.shards.connection IS
    'How libpq reaches it: words KEY=VALUE with one space between, such as host=a,b port=5432,5432 dbname=minivoice target_session_attrs=read-write. Passwords belong into the .pgpass of the server''s system user.';
COMMENT ON COLUMN ivr_shards.shards.down_since IS 'Since when it cannot be used; null: it can.';
COMMENT ON COLUMN ivr_shards.shards.fault IS 'Why.';
COMMENT ON COLUMN ivr_shards.shards.tried_at IS 'When somebody who had calls for it tried it again though it was down.';
COMMENT ON COLUMN ivr_shards.shards.held IS 'Slots of it whose calls are refused for the moment, since they are about to move.';

CREATE TABLE IF NOT EXISTS ivr_shards.slots (
    slot  integer NOT NULL,
    shard integer NOT NULL,
    CONSTRAINT slots_pkey PRIMARY KEY (slot),
    CONSTRAINT slots_are_0_to_63 CHECK (slot BETWEEN 0 AND 63),
    CONSTRAINT slots_shard_exists FOREIGN KEY (shard) REFERENCES ivr_shards.shards (shard)
);
COMMENT ON TABLE ivr_shards.slots IS 'Which shard has the calls of which slot.';
COMMENT ON COLUMN ivr_shards.slots.slot IS 'The last six bits of hashtext(call_id).';
COMMENT ON COLUMN ivr_shards.slots.shard IS 'Who has it.';
