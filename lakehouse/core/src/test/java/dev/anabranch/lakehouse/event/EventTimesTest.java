package dev.anabranch.lakehouse.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T10:15:30Z, 2026-11-22T10:15:30Z",
    "2026-11-22t10:15:30z, 2026-11-22T10:15:30Z",
    "2026-11-22T10:15:30.1Z, 2026-11-22T10:15:30.1Z",
    "2026-11-22T10:15:30.123456789Z, 2026-11-22T10:15:30.123456Z",
    "2026-11-22T10:15:30.999999999Z, 2026-11-22T10:15:30.999999Z",
    "1969-12-31T23:59:59.0000005Z, 1969-12-31T23:59:59Z",
    "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
    "2026-11-22T10:15:30+18:00, 2026-11-21T16:15:30Z",
    "2026-11-22T10:15:30.5-18:00, 2026-11-23T04:15:30.5Z",
    "2026-11-22T10:15:30-00:00, 2026-11-22T10:15:30Z",
    "2026-11-22T10:15:30+05:45, 2026-11-22T04:30:30Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "2000-02-29T23:59:59Z, 2000-02-29T23:59:59Z",
    "0000-02-29T00:00:00Z, 0000-02-29T00:00:00Z",
    "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
  })
  void readsRfc3339(String text, String instant) {
    Instant parsed = Instant.parse(instant);
    long expected = parsed.getEpochSecond() * 1_000_000 + parsed.getNano() / 1_000;
    assertThat(EventTimes.microsOf(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-22",
        "2026-11-22T10:15Z",
        "2026-11-22T10:15:30",
        "2026-11-22 10:15:30Z",
        "2026-11-22T10:15:30.Z",
        "2026-11-22T10:15:30,5Z",
        "2026-11-22T10:15:30.1234567890Z",
        "2026-11-22T10:15:30.5",
        "2026-11-22T10:15:30Z ",
        " 2026-11-22T10:15:30Z",
        "2026-11-22T10:15:60Z",
        "2026-12-31T23:59:60Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:30Z",
        "2026-00-22T10:15:30Z",
        "2026-13-22T10:15:30Z",
        "2026-11-00T10:15:30Z",
        "2026-11-31T10:15:30Z",
        "2026-02-29T10:15:30Z",
        "2024-02-30T10:15:30Z",
        "2100-02-29T10:15:30Z",
        "2026-11-22T10:15:30+18:01",
        "2026-11-22T10:15:30-18:01",
        "2026-11-22T10:15:30+19:00",
        "2026-11-22T10:15:30+01:60",
        "2026-11-22T10:15:30+0100",
        "2026-11-22T10:15:30+01",
        "2026-11-22T10:15:30+1:00",
        "2026-11-22T10:15:30+01:00:00",
        "2026-11-22T10:15:30 +01:00",
        "2026-11-22T10:15:30Z+01:00",
        "2026-11-22T10:15:30UTC",
        "2026-11-22T10:15:30\u22120100",
        "26-11-22T10:15:30Z",
        "+2026-11-22T10:15:30Z",
        "12026-11-22T10:15:30Z",
        "-026-11-22T10:15:30Z",
        "2026-1-22T10:15:30.00Z",
        "2026/11/22T10:15:30Z",
        "2026-11-22T+1:15:30Z",
        "٢٠٢٦-11-22T10:15:30Z",
        "2026-11-22T10:15:30.١Z",
        "2026-11-22Ŕ10:15:30Z",
        "2026-11-22T10:15:30ź",
        "20261122T101530Z",
        "2026-W47-7T10:15:30Z",
        "Sun, 22 Nov 2026 10:15:30 GMT",
        "1795342530"
      })
  void refusesTheRest(String text) {
    assertThat(EventTimes.microsOf(text)).isEqualTo(EventTimes.INVALID);
  }

  @Property
  void agreesWithJavaTime(
      @ForAll @LongRange(min = -62_000_000_000L, max = 253_000_000_000L) long second,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nano,
      @ForAll @IntRange(min = -1080, max = 1080) int offsetMinutes) {
    Instant instant = Instant.ofEpochSecond(second, nano);
    OffsetDateTime time = instant.atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
    String seconds = time.getSecond() == 0 && time.getNano() == 0 ? ":00" : "";
    String text = time.toString();
    int zoneAt = text.indexOf('T') + (seconds.isEmpty() ? 0 : 6);
    String complete =
        seconds.isEmpty() ? text : text.substring(0, zoneAt) + seconds + text.substring(zoneAt);
    long expected = second * 1_000_000 + nano / 1_000;
    assertThat(EventTimes.microsOf(complete)).as(complete).isEqualTo(expected);
  }
}
