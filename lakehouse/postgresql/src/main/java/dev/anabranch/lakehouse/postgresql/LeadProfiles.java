package dev.anabranch.lakehouse.postgresql;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The table {@code lead_profiles}. */
public final class LeadProfiles {
  private static final int BATCH = 1_000;
  private static final int FETCH = 10_000;

  /** Tables of others hold {@code infinity} and years far from ours; microseconds hold these. */
  private static final OffsetDateTime EARLIEST =
      OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final OffsetDateTime LATEST =
      OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC);

  private final Database database;

  public LeadProfiles(Database database) {
    this.database = database;
  }

  /** All profiles where a database is named; else none. */
  public static ProfileSnapshot all(Settings.Postgresql settings) {
    if (settings.url().isEmpty()) {
      return ProfileSnapshot.EMPTY;
    }
    try (Database database = Database.open(settings)) {
      return new LeadProfiles(database).read();
    }
  }

  /** All profiles, as of one instant. */
  public ProfileSnapshot read() {
    return database.transaction(
        "read lead_profiles",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT lead_id, company_size, country, sector, signed_up_at, lifecycle_stage FROM lead_profiles")) {
            select.setFetchSize(FETCH);
            List<LeadProfile> profiles = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                profiles.add(
                    new LeadProfile(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        signedUp(row.getObject(5, OffsetDateTime.class)),
                        row.getString(6)));
              }
            }
            return new ProfileSnapshot(profiles);
          }
        });
  }

  /** As it is or, what no calendar of ours can tell, the nearest instant that it can. */
  private static Instant signedUp(OffsetDateTime at) {
    if (at.isBefore(EARLIEST)) {
      return EARLIEST.toInstant();
    }
    return (at.isAfter(LATEST) ? LATEST : at).toInstant();
  }

  /**
   * Writes profiles; those of leads that have one are replaced, and of several of a lead the last
   * one counts.
   */
  public void put(List<LeadProfile> profiles) {
    // One statement cannot write a row twice; and who locks in one order waits for nobody in a
    // ring.
    SortedMap<String, LeadProfile> byLead = new TreeMap<>();
    profiles.forEach(profile -> byLead.put(profile.leadId(), profile));
    List<LeadProfile> all = List.copyOf(byLead.values());
    for (int from = 0; from < all.size(); from += BATCH) {
      putBatch(all.subList(from, Math.min(from + BATCH, all.size())));
    }
  }

  private void putBatch(List<LeadProfile> profiles) {
    database.transaction(
        "write lead_profiles",
        connection -> {
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  """
                  INSERT INTO lead_profiles (lead_id, company_size, country, sector, signed_up_at, lifecycle_stage)
                  VALUES (?, ?, ?, ?, ?, ?)
                  ON CONFLICT (lead_id) DO UPDATE SET company_size = excluded.company_size,
                    country = excluded.country, sector = excluded.sector,
                    signed_up_at = excluded.signed_up_at, lifecycle_stage = excluded.lifecycle_stage
                  """)) {
            for (LeadProfile profile : profiles) {
              upsert.setString(1, profile.leadId());
              upsert.setString(2, profile.companySize());
              upsert.setString(3, profile.country());
              upsert.setString(4, profile.sector());
              upsert.setObject(5, profile.signedUpAt().atOffset(ZoneOffset.UTC));
              upsert.setString(6, profile.lifecycleStage());
              upsert.addBatch();
            }
            return upsert.executeBatch().length;
          }
        });
  }
}
