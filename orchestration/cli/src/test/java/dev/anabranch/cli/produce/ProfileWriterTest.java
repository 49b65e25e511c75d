package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfileWriterTest {

  private static final Instant AT = Instant.parse("2026-11-01T10:00:00Z");

  @Test
  void aLeadsProfileFollowsFromTheSeedAndItsIdAlone() {
    LeadProfile one = DrawnProfile.of(3, "lead-000001", AT).orElseThrow();
    assertThat(DrawnProfile.of(3, "lead-000001", AT)).contains(one);
    assertThat(DrawnProfile.of(4, "lead-000001", AT)).isNotEqualTo(Optional.of(one));
    List<LeadProfile> many =
        IntStream.range(0, 10_000)
            .mapToObj(n -> DrawnProfile.of(3, "lead-%06d".formatted(n), AT))
            .flatMap(Optional::stream)
            .toList();
    assertThat(many).hasSizeBetween(8_800, 9_200);
    assertThat(many).allMatch(profile -> !profile.signedUpAt().isAfter(AT));
    assertThat(many.stream().map(LeadProfile::companySize).distinct()).hasSize(5);
    assertThat(many.stream().map(LeadProfile::country).distinct()).hasSize(8);
    assertThat(many.stream().filter(profile -> profile.country().equals(one.country())).count())
        .isBetween(900L, 1_350L);
  }

  @Test
  void eachLeadIsWrittenOnceHoweverOftenItIsSent() throws IOException {
    try (EmbeddedPostgres server = startServer()) {
      Settings.Postgresql settings = settings(server.getPort());
      ProfileWriter writer = ProfileWriter.start(settings, 3);
      try (writer) {
        for (int n = 0; n < 5_000; n++) {
          writer.sent(event("lead-%06d".formatted(n % 500)), 0, n);
        }
        writer.sent(Outgoing.malformed(Reason.NOT_JSON, "lead-x", Optional.empty()), 0, 5_000);
      }
      ProfileSnapshot all = LeadProfiles.all(settings);
      long expected =
          IntStream.range(0, 500)
              .filter(n -> DrawnProfile.of(3, "lead-%06d".formatted(n), AT).isPresent())
              .count();
      assertThat(all.size()).isEqualTo((int) expected);
      assertThat(writer.written()).isEqualTo(expected);
      LeadProfile one = DrawnProfile.of(3, "lead-000001", AT).orElseThrow();
      assertThat(all.of("lead-000001")).contains(one);
    }
  }

  @Test
  void aDatabaseThatGoesAwayIsSaidAtTheEnd() throws IOException {
    EmbeddedPostgres server = startServer();
    ProfileWriter writer;
    try (server) {
      writer = ProfileWriter.start(settings(server.getPort()), 3);
    }
    writer.sent(event("lead-000001"), 0, 0);
    assertThatThrownBy(writer::close)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("0 profiles", "PostgreSQL at jdbc:", "Every event was sent");
  }

  private static EmbeddedPostgres startServer() throws IOException {
    return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
  }

  private static Outgoing event(String lead) {
    long micros = AT.getEpochSecond() * 1_000_000;
    return Outgoing.of(
        Kind.EVENT,
        new Event("e-" + lead, lead, EventType.EMAIL_CLICK, "email", Optional.empty(), 0, micros));
  }

  private static Settings.Postgresql settings(int port) {
    return new Settings.Postgresql(
        Optional.of("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port)),
        "postgres",
        Optional.empty());
  }
}
