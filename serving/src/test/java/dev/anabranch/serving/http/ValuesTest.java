package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  private static void assertBad(Runnable reading, String parameter) {
    ProblemException e = catchThrowableOfType(ProblemException.class, reading::run);
    assertThat(e).isNotNull();
    assertThat(e.problem().status()).isEqualTo(400);
    assertThat(e.problem().parameter()).contains(parameter);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22T10:15:00Z, 2026-11-22T10:15:00Z",
    "2026-11-22t10:15:00z, 2026-11-22T10:15:00Z",
    "2026-11-22T10:15:00.000Z, 2026-11-22T10:15:00Z",
    "2026-11-22T12:15:00+02:00, 2026-11-22T10:15:00Z",
    "2026-11-22T04:45:00-05:30, 2026-11-22T10:15:00Z",
    "2026-11-22T10:15:00-00:00, 2026-11-22T10:15:00Z",
    "2026-11-23T10:14:00+23:59, 2026-11-22T10:15:00Z",
    "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
    "1969-12-31T23:59:00Z, 1969-12-31T23:59:00Z",
    "0000-01-01T00:00:00+23:59, -0001-12-31T00:01:00Z",
    "9999-12-31T23:59:00-23:59, +10000-01-01T23:58:00Z",
  })
  void minutes(String text, Instant instant) {
    assertThat(Values.minute("from", text)).isEqualTo(instant.getEpochSecond() * 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-22T10:15:30Z",
        "2026-11-22T10:15:00.5Z",
        "2026-11-22T10:15:00.000001Z",
        "2026-11-22T10:15Z",
        "2026-11-22T10:15:00",
        "2026-11-22 10:15:00Z",
        "2026-11-22",
        "2026-02-30T10:15:00Z",
        "2025-02-29T10:15:00Z",
        "2026-13-01T10:15:00Z",
        "2026-00-01T10:15:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T23:60:00Z",
        "2026-11-22T23:59:60Z",
        "2026-11-22T10:15:00.Z",
        "2026-11-22T10:15:00+24:00",
        "2026-11-22T10:15:00+0200",
        "2026-11-22T10:15:00+02",
        "2026-11-22T10:15:00+02:60",
        "+2026-11-22T10:15:00Z",
        "-2026-11-22T10:15:00Z",
        "12026-11-22T10:15:00Z",
        "2026-11-22T10:15:00Z ",
        " 2026-11-22T10:15:00Z",
        "2026-11-22T10:15:00ZZ",
        "٢٠٢٦-11-22T10:15:00Z",
        "1700000000",
        "now",
        "2026-W47-7T10:15:00Z",
        "2026-11-22T10:15:00 02:00",
        "2026-11-22T10:15:00,0Z",
      })
  void whatIsNoMinute(String text) {
    assertBad(() -> Values.minute("from", text), "from");
  }

  @Property
  void minutesOfAnyOffsetComeBack(
      @ForAll @LongRange(min = -60_000_000, max = 60_000_000) long minute,
      @ForAll @IntRange(min = -1079, max = 1079) int offsetMinutes) {
    OffsetDateTime time =
        Instant.ofEpochSecond(minute * 60).atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
    String text = "%1$tFT%1$tT%1$tz".formatted(time);
    text = text.substring(0, text.length() - 2) + ":" + text.substring(text.length() - 2);
    assertThat(Values.minute("from", text)).isEqualTo(minute * 60_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1M, 1",
    "PT60S, 1",
    "PT5M, 5",
    "PT7M, 7",
    "PT1H, 60",
    "PT1H30M, 90",
    "PT1440M, 1440",
    "PT24H, 1440",
    "P1D, 1440",
    "P0DT5M, 5",
    "PT0H5M0S, 5",
    "PT86400S, 1440",
    "P1DT0S, 1440",
  })
  void durations(String text, long minutes) {
    assertThat(Values.minutes("window", text)).isEqualTo(minutes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P", "PT", "P1DT", "PT0M", "P0D", "PT30S", "PT90S", "PT1.5M", "PT0.5H", "PT60.0S", "PT1M1S",
        "P2D", "P1DT1M", "PT1441M", "PT25H", "P1W", "P1M", "P1Y", "-PT1M", "PT-1M", "+PT1M",
            "PT+1M",
        "pt1m", "PT1m", "1M", "60", "1m", "PT1M ", " PT1M", "PT01M", "PT1M1M", "PT1M1H", "T1M",
        "PT99999999999999999999M", "PT9223372036854775807M", "P٣D", "PT1,5M", "P1D1M",
      })
  void whatIsNoDuration(String text) {
    assertBad(() -> Values.minutes("window", text), "window");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10000, 10000", "999, 999"})
  void limits(String text, int limit) {
    assertThat(limit(text)).isEqualTo(limit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "%2B1",
        "+1",
        "01",
        "10001",
        "99999",
        "100000",
        "1e3",
        "1.0",
        "%201",
        "1%20",
        "x",
        "2147483648",
        "99999999999999999999999999",
        "0x10",
        "%D9%A3",
        "1,2",
        "null",
      })
  void whatIsNoLimit(String text) {
    assertBad(() -> limit(text), "limit");
  }

  private static int limit(String text) {
    return Values.limit(Parameters.parse(Optional.of("limit=" + text), Set.of("limit")));
  }
}
