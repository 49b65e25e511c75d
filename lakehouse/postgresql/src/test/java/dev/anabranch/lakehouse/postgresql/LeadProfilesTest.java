package dev.anabranch.lakehouse.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadProfilesTest {
  @TempDir private static Path folder;
  private static TestPostgresql server;

  @BeforeAll
  static void start() throws Exception {
    server = TestPostgresql.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void profilesComeBackAsTheyWereWrittenLast() throws Exception {
    Settings.Postgresql settings = server.settings(server.create());
    List<LeadProfile> all = new ArrayList<>();
    for (int lead = 0; lead < 2_500; lead++) {
      all.add(profile("lead-" + lead, "1-10"));
    }
    try (Database database = Database.open(settings)) {
      LeadProfiles profiles = new LeadProfiles(database);
      assertThat(profiles.read().size()).isZero();
      profiles.put(all);
      profiles.put(all);
      profiles.put(List.of(profile("lead-7", "51-200"), profile("Zoë 😀", "1-10")));
      profiles.put(List.of());
    }
    ProfileSnapshot read = LeadProfiles.all(settings);
    assertThat(read.size()).isEqualTo(2_501);
    assertThat(read.of("lead-7")).contains(profile("lead-7", "51-200"));
    assertThat(read.of("lead-2499")).contains(all.get(2_499));
    assertThat(read.of("Zoë 😀")).contains(profile("Zoë 😀", "1-10"));
    assertThat(read.of("another")).isEmpty();
  }

  @Test
  void ofSeveralProfilesOfALeadTheLastOneIsWritten() throws Exception {
    Settings.Postgresql settings = server.settings(server.create());
    try (Database database = Database.open(settings)) {
      LeadProfiles profiles = new LeadProfiles(database);
      profiles.put(
          List.of(
              profile("a", "1-10"),
              profile("a", "51-200"),
              profile("b", "1-10"),
              profile("b", "11-50")));
      assertThat(profiles.read().of("a")).contains(profile("a", "51-200"));
      assertThat(profiles.read().of("b")).contains(profile("b", "11-50"));
    }
  }

  /** The table may be another program's. */
  @Test
  void whatNoCalendarCanTellIsTheNearestInstantThatItCan() throws Exception {
    Settings.Postgresql settings = server.settings(server.create());
    try (Database database = Database.open(settings)) {
      database.transaction(
          "write",
          connection ->
              connection
                  .createStatement()
                  .executeUpdate(
                      """
                      INSERT INTO lead_profiles VALUES
                        ('never', '1-10', 'DE', 'retail', 'infinity', 'lead'),
                        ('always', '1-10', 'DE', 'retail', '-infinity', 'lead'),
                        ('early', '1-10', 'DE', 'retail', '0044-03-15 12:00:00 BC', 'lead'),
                        ('late', '1-10', 'DE', 'retail', '9999-12-31 23:59:59+00', 'lead')
                      """));
      ProfileSnapshot read = new LeadProfiles(database).read();
      assertThat(read.of("never").orElseThrow().signedUpAt()).isEqualTo("9999-12-31T00:00:00Z");
      assertThat(read.of("late").orElseThrow().signedUpAt()).isEqualTo("9999-12-31T00:00:00Z");
      assertThat(read.of("always").orElseThrow().signedUpAt()).isEqualTo("0001-01-01T00:00:00Z");
      assertThat(read.of("early").orElseThrow().signedUpAt()).isEqualTo("0001-01-01T00:00:00Z");
    }
  }

  @Test
  void withoutADatabaseNothingIsKnown() {
    Settings.Postgresql none = new Settings.Postgresql(Optional.empty(), "sales", Optional.empty());
    assertThat(LeadProfiles.all(none).size()).isZero();
  }

  private static LeadProfile profile(String lead, String companySize) {
    return new LeadProfile(
        lead,
        companySize,
        "SE",
        "retail",
        Instant.parse("2026-11-01T00:00:00.000001Z"),
        "prospect");
  }
}
