package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-01-04 10:00:00 | 2024-01-04T10:00:00Z",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-01-04 10:00:00.123456 | 2024-01-04T10:00:00.123456Z",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-01-04 10:00:00.12 | none",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-01-04T10:00:00 | none",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-02-30 10:00:00 | none",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | UTC | 2024-01-04 24:00:00 | none",
        "yyyy-MM-dd HH:mm:ss[.SSSSSS] | Europe/Vienna | 2024-01-04 10:00:00 | 2024-01-04T09:00:00Z",
        "yyyy-MM-dd HH:mm | +02:00 | 2024-07-04 10:00 | 2024-07-04T08:00:00Z",
        "dd/MM/yyyy | UTC | 04/07/2024 | 2024-07-04T00:00:00Z",
        "d MMM yy, h:mm a | UTC | 4 Jul 24, 1:05 PM | 2024-07-04T13:05:00Z",
        "yyyy-MM-dd HH:mm:ssX | Europe/Vienna | 2024-01-04 10:00:00-05 | 2024-01-04T15:00:00Z",
        "yyyy-MM-dd HH:mm:ss VV | UTC | 2024-01-04 10:00:00 Asia/Tokyo | 2024-01-04T01:00:00Z",
        "dd.MM.yyyy 'y' HH:mm | UTC | 04.07.2024 y 10:00 | 2024-07-04T10:00:00Z",
        "dd.MM.yyyy G | UTC | 04.07.2024 AD | 2024-07-04T00:00:00Z",
        "iso | UTC | 2024-01-04T10:00:00Z | 2024-01-04T10:00:00Z",
        "iso | UTC | 2024-01-04T10:00:00.123456789+01:00 | 2024-01-04T09:00:00.123456Z",
        "iso | UTC | 2024-01-04 10:00:00+0100 | 2024-01-04T09:00:00Z",
        "iso | America/New_York | 2024-01-04 10:00 | 2024-01-04T15:00:00Z",
        "iso | Europe/Vienna | 2024-01-04 | 2024-01-03T23:00:00Z",
        "iso | UTC | 2024-01-04t10:00:00z | 2024-01-04T10:00:00Z",
        "iso | UTC | 2024-02-30 | none",
        "iso | UTC | 20240104 | none",
        "iso | UTC | '' | none",
        "epoch_seconds | Europe/Vienna | 1704362400 | 2024-01-04T10:00:00Z",
        "epoch_seconds | UTC | 1704362400.1234567 | 2024-01-04T10:00:00.123456Z",
        "epoch_seconds | UTC | -0.5 | 1969-12-31T23:59:59.5Z",
        "epoch_seconds | UTC | 1e9 | none",
        "epoch_seconds | UTC | 99999999999999999999 | none",
        "epoch_millis | UTC | 1704362400123 | 2024-01-04T10:00:00.123Z",
        "epoch_millis | UTC | 1704362400123.5 | 2024-01-04T10:00:00.1235Z",
        "epoch_millis | UTC | 2024-01-04 | none"
      })
  void readsTimes(String pattern, String zone, String text, String instant) {
    Optional<Long> expected =
        Optional.ofNullable(instant)
            .map(Instant::parse)
            .map(at -> at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000);
    assertThat(TimeReader.of(pattern, ZoneId.of(zone)).micros(text)).isEqualTo(expected);
  }
}
