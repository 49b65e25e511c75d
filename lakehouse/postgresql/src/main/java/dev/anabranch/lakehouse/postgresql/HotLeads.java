package dev.anabranch.lakehouse.postgresql;

import dev.anabranch.lakehouse.lead.LeadScore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The tables {@code hot_leads} and {@code hot_leads_epochs}: an epoch's leads and the ledger's row
 * for it in one transaction, so that it counts once however often it is delivered.
 */
public final class HotLeads {
  private final Database database;

  public HotLeads(Database database) {
    this.database = database;
  }

  /** The newest epoch that was delivered; empty: none. */
  public Optional<Long> newestEpoch() {
    return database.transaction(
        "read hot_leads_epochs",
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("SELECT max(epoch) FROM hot_leads_epochs")) {
            row.next();
            long newest = row.getLong(1);
            return row.wasNull() ? Optional.empty() : Optional.of(newest);
          }
        });
  }

  /**
   * Delivers an epoch's hot leads.
   *
   * @return false: it was delivered before, and nothing happened
   */
  public boolean deliver(long epoch, List<LeadScore> leads) {
    return database.transaction(
        "deliver epoch " + epoch + " to hot_leads",
        connection -> {
          if (!enter(connection, epoch, leads.size())) {
            return false;
          }
          upsert(connection, leads);
          return true;
        });
  }

  private static boolean enter(Connection connection, long epoch, int leads) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO hot_leads_epochs (epoch, leads) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      insert.setLong(1, epoch);
      insert.setInt(2, leads);
      return insert.executeUpdate() == 1;
    }
  }

  private static void upsert(Connection connection, List<LeadScore> leads) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO hot_leads (lead_id, epoch, as_of, probability, model_version, events, last_type,
              last_channel, kafka_timestamp, scored_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (lead_id) DO UPDATE SET epoch = excluded.epoch, as_of = excluded.as_of,
              probability = excluded.probability, model_version = excluded.model_version,
              events = excluded.events, last_type = excluded.last_type,
              last_channel = excluded.last_channel, kafka_timestamp = excluded.kafka_timestamp,
              scored_at = excluded.scored_at, handed_over_at = clock_timestamp(),
              hand_overs = hot_leads.hand_overs + 1
            """)) {
      for (LeadScore lead : leads) {
        upsert.setString(1, lead.leadId());
        upsert.setLong(2, lead.epoch());
        upsert.setObject(3, utc(Instant.EPOCH.plus(lead.asOfMicros(), ChronoUnit.MICROS)));
        upsert.setDouble(4, lead.probability());
        upsert.setLong(5, lead.modelVersion());
        upsert.setLong(6, lead.events());
        upsert.setString(7, lead.lastType());
        upsert.setString(8, lead.lastChannel());
        upsert.setObject(9, utc(Instant.ofEpochMilli(lead.kafkaMillis())));
        upsert.setObject(10, utc(Instant.ofEpochMilli(lead.scoredMillis())));
        upsert.addBatch();
      }
      var unusedCounts = upsert.executeBatch();
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
