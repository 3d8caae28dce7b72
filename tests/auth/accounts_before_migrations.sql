CREATE TABLE accounts (
    id SERIAL PRIMARY KEY,
    username VARCHAR(150) NOT NULL,
    username_key VARCHAR(600) NOT NULL,
    password_hash VARCHAR NOT NULL,
    created_ms BIGINT NOT NULL,
    admin BOOLEAN NOT NULL,
    disabled BOOLEAN NOT NULL,
    UNIQUE (username_key)
);
CREATE TABLE login_attempts (
    id SERIAL PRIMARY KEY,
    username_key VARCHAR(600) NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX ix_login_attempts_username_key ON login_attempts (username_key);
CREATE INDEX ix_login_attempts_at_ms ON login_attempts (at_ms);
CREATE TABLE audit_outbox (
    id SERIAL PRIMARY KEY,
    event_id VARCHAR(32) NOT NULL,
    account_id INTEGER NOT NULL,
    time_ms BIGINT NOT NULL,
    type VARCHAR NOT NULL,
    schema_version INTEGER NOT NULL,
    body VARCHAR NOT NULL,
    UNIQUE (event_id)
);
CREATE TABLE refresh_families (
    family VARCHAR(32) NOT NULL,
    account_id INTEGER NOT NULL,
    started_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    PRIMARY KEY (family),
    FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX ix_refresh_families_account_id ON refresh_families (account_id);
CREATE TABLE refresh_tokens (
    digest VARCHAR(64) NOT NULL,
    family VARCHAR(32) NOT NULL,
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    PRIMARY KEY (digest),
    FOREIGN KEY (family) REFERENCES refresh_families (family)
);
CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX ix_refresh_tokens_expires_ms ON refresh_tokens (expires_ms)
