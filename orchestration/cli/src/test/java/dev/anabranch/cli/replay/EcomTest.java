package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The example mapping, on the sample and on the real file where that is beside the repository. */
class EcomTest {

  static final Path REPOSITORY = repository();
  private static final Path MAPPING = REPOSITORY.resolve("examples/ecom-mapping.conf");

  @Test
  void mapsTheSample() throws IOException {
    Replays replayed = Replays.of(REPOSITORY.resolve("examples/ecom-sample.csv"), MAPPING);
    assertThat(replayed.rows()).isEqualTo(30);
    assertThat(replayed.unmapped().rows()).isZero();
    assertThat(replayed.events().get(2))
        .isEqualTo(
            new Event(
                "shop-3",
                "shopper_a",
                EventType.WEB_VISIT,
                "organic",
                Optional.of("product_view"),
                0,
                micros("2025-03-04T08:16:21.250Z")));
    assertThat(replayed.events()).filteredOn(EcomTest::isPurchase).hasSize(3);
    assertThat(replayed.events())
        .filteredOn(event -> event.type() == EventType.FORM_SUBMISSION)
        .hasSize(3);
    assertThat(replayed.events().get(18).channel()).isEqualTo("unknown");
  }

  @Test
  void mapsTheRealFile() throws IOException {
    Path file = REPOSITORY.resolveSibling("shared").resolve("data/ecom.csv.gz");
    assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
    Replays replayed = Replays.of(file, MAPPING);
    assertThat(replayed.rows()).isEqualTo(31_106);
    assertThat(replayed.unmapped().counts()).isEmpty();
    assertThat(replayed.events()).hasSize(31_106);
    assertThat(replayed.events()).filteredOn(EcomTest::isPurchase).hasSize(470);
    assertThat(replayed.events().stream().map(Event::leadId).distinct()).hasSize(600);

    try (TimeOrder ordered = TimeOrder.of(replayed.events().iterator(), 7_000)) {
      List<Event> byTime = new java.util.ArrayList<>();
      ordered.forEachRemaining(byTime::add);
      List<Event> expected = new java.util.ArrayList<>(replayed.events());
      expected.sort(Comparator.comparingLong(Event::eventTimeMicros));
      assertThat(byTime).isEqualTo(expected);
    }
  }

  private static boolean isPurchase(Event event) {
    return event.type() == EventType.PURCHASE;
  }

  private static long micros(String time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  /** The folder with the example, above wherever the tests run. */
  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("examples/ecom-mapping.conf"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
