CREATE TABLE lead_profiles (
  lead_id         text PRIMARY KEY,
  company_size    text NOT NULL,
  country         text NOT NULL,
  sector          text NOT NULL,
  signed_up_at    timestamptz NOT NULL,
  lifecycle_stage text NOT NULL
);

-- One row a lead: its newest hand-over. A lead may be handed over again when the model's horizon has passed.
CREATE TABLE hot_leads (
  lead_id        text PRIMARY KEY,
  epoch          bigint NOT NULL,
  as_of          timestamptz NOT NULL,
  probability    double precision NOT NULL,
  model_version  bigint NOT NULL,
  events         bigint NOT NULL,
  last_type      text NOT NULL,
  last_channel   text NOT NULL,
  kafka_timestamp timestamptz NOT NULL,
  scored_at      timestamptz NOT NULL,
  handed_over_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  hand_overs     integer NOT NULL DEFAULT 1
);

-- Which epochs of the scoring stream are in hot_leads: written in the transaction that delivers them.
CREATE TABLE hot_leads_epochs (
  epoch        bigint PRIMARY KEY,
  leads        integer NOT NULL,
  delivered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
