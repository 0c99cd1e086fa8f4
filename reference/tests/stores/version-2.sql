PRAGMA application_id=1667919714;
PRAGMA user_version=2;
BEGIN TRANSACTION;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "about" VALUES('boot','@BOOT@');
INSERT INTO "about" VALUES('dialect','BITS');
CREATE TABLE files (
    job TEXT NOT NULL, number INTEGER NOT NULL,
    remote_url TEXT NOT NULL, local_path TEXT NOT NULL, temporary TEXT NOT NULL,
    transferred INTEGER NOT NULL, completed INTEGER NOT NULL,
    size_bytes INTEGER, offset_bytes INTEGER NOT NULL, synced_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    expected_size_bytes INTEGER, expected_digest TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
INSERT INTO "files" VALUES('ba93ac12-9739-47c5-bce6-b7a156ac997c',0,'http://h/b','@FOLDER@/b','@FOLDER@/.BIT-ba93ac12-9739-47c5-bce6-b7a156ac997c-0.tmp',0,0,NULL,0,0,'','',NULL,'sha256:0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "files" VALUES('c61c009a-7afd-46cc-955d-6123f9142a3c',0,'http://h/a','@FOLDER@/a','@FOLDER@/.BIT-c61c009a-7afd-46cc-955d-6123f9142a3c-0.tmp',0,0,10,5,0,'"v1"','Mon, 06 Jan 2025 10:00:00 GMT',NULL,'');
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
    retry_delay_seconds INTEGER NOT NULL, chosen_no_progress_timeout_seconds INTEGER,
    failed_at_seconds REAL, failing_since_seconds REAL,
    error_context INTEGER, error_code INTEGER, error_transient INTEGER, error_file INTEGER, error_detail TEXT,
    created_at_seconds REAL NOT NULL, modified_at_seconds REAL NOT NULL, transferred_at_seconds REAL,
    ticket INTEGER NOT NULL, publishing TEXT, cleaned INTEGER NOT NULL,
    notify_flags INTEGER NOT NULL DEFAULT 3, error_count INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "jobs" VALUES('9740bcb4-592e-470c-92ee-5494e01c118b','ended',8,2,600,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000000000.0,1000000000.0,NULL,0,NULL,1,3,0);
INSERT INTO "jobs" VALUES('ba93ac12-9739-47c5-bce6-b7a156ac997c','refused',4,2,600,NULL,NULL,NULL,5,2149122452,0,0,'the server answered 404',1000000000.0,1000000000.0,NULL,2,NULL,0,3,1);
INSERT INTO "jobs" VALUES('c61c009a-7afd-46cc-955d-6123f9142a3c','half a file',3,1,600,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000000000.0,1000000000.0,NULL,1,NULL,0,9,0);
COMMIT;
