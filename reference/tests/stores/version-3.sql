PRAGMA application_id=1667919714;
PRAGMA user_version=3;
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
    ranges TEXT NOT NULL DEFAULT '', source_size_bytes INTEGER,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
INSERT INTO "files" VALUES('76aefc44-1259-4578-9a13-49e6d12e186a',0,'http://h/c','@FOLDER@/c','@FOLDER@/.BIT-76aefc44-1259-4578-9a13-49e6d12e186a-0.tmp',0,0,NULL,0,0,'','',NULL,'','50+18446744073709551615 0+10',NULL);
INSERT INTO "files" VALUES('9c6f0dca-a1b7-4c3f-a682-63753fd1bb61',0,'http://h/b','@FOLDER@/b','@FOLDER@/.BIT-9c6f0dca-a1b7-4c3f-a682-63753fd1bb61-0.tmp',0,0,NULL,0,0,'','',NULL,'sha256:0000000000000000000000000000000000000000000000000000000000000000','',NULL);
INSERT INTO "files" VALUES('d139a380-e72d-4cda-bf52-0a6cb030202b',0,'http://h/a','@FOLDER@/a','@FOLDER@/.BIT-d139a380-e72d-4cda-bf52-0a6cb030202b-0.tmp',0,0,10,5,0,'"v1"','Mon, 06 Jan 2025 10:00:00 GMT',NULL,'','',NULL);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
    retry_delay_seconds INTEGER NOT NULL, chosen_no_progress_timeout_seconds INTEGER,
    failed_at_seconds REAL, failing_since_seconds REAL,
    error_context INTEGER, error_code INTEGER, error_transient INTEGER, error_file INTEGER, error_detail TEXT,
    created_at_seconds REAL NOT NULL, modified_at_seconds REAL NOT NULL, transferred_at_seconds REAL,
    ticket INTEGER NOT NULL, publishing TEXT, cleaned INTEGER NOT NULL,
    notify_flags INTEGER NOT NULL DEFAULT 3, error_count INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '', max_download_seconds INTEGER NOT NULL DEFAULT 7776000,
    download_used_seconds REAL NOT NULL DEFAULT 0, http_options TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO "jobs" VALUES('373e4f62-ec3e-464c-98db-4d89b4dc8a7a','ended',8,2,600,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000000000.0,1000000000.0,NULL,0,NULL,1,3,0,'root',7776000,0.0,'');
INSERT INTO "jobs" VALUES('76aefc44-1259-4578-9a13-49e6d12e186a','ranges',3,2,600,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000000000.0,1000000000.0,NULL,0,NULL,0,3,0,'root',7776000,0.0,'');
INSERT INTO "jobs" VALUES('9c6f0dca-a1b7-4c3f-a682-63753fd1bb61','refused',4,2,600,NULL,NULL,NULL,5,2149122452,0,0,'the server answered 404',1000000000.0,1000000000.0,NULL,2,NULL,0,3,1,'root',7776000,0.0,'');
INSERT INTO "jobs" VALUES('d139a380-e72d-4cda-bf52-0a6cb030202b','half a file',3,1,600,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000000000.0,1000000000.0,NULL,1,NULL,0,9,0,'root',7776000,0.0,'');
COMMIT;
