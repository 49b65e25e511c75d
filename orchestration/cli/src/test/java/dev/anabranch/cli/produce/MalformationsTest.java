package dev.anabranch.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MalformationsTest {

  private static final long KAFKA_TIME = 1_795_342_530_000L;
  private static final Event EVENT =
      new Event(
          "e-1", "lead-1", EventType.WEB_VISIT, "email", Optional.empty(), 0, KAFKA_TIME * 1_000);

  private final EventValidator validator = new EventValidator();

  @Test
  void everyWayOfBeingWrongIsRefusedForItsReasonAndComesOnceARound() {
    MalformedRecords records = new MalformedRecords(new Random(1));
    Set<String> seen = new HashSet<>();
    assertThat(records.ways()).isGreaterThan(100);
    for (int i = 0; i < records.ways(); i++) {
      Outgoing record = records.next(EVENT);
      String value =
          record.value().map(b -> new String(b, StandardCharsets.ISO_8859_1)).orElse("null value");
      assertThat(seen.add(value)).as(value).isTrue();
      assertThat(validator.validate(record.value().orElse(null), KAFKA_TIME))
          .as(value)
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(record.reason().orElseThrow()));
    }
  }

  @Test
  void whatIsSpoiledWasValid() {
    byte[] json = Spoiled.purchase(EVENT).json().getBytes(StandardCharsets.UTF_8);
    assertThat(validator.validate(json, KAFKA_TIME)).isInstanceOf(Accepted.class);
  }
}
