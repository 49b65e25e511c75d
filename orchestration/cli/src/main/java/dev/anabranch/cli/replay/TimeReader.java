package dev.anabranch.cli.replay;

import dev.anabranch.cli.failure.CommandFailure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads times in a mapping's pattern: {@code iso}, {@code epoch_seconds}, {@code epoch_millis}, or
 * a pattern of {@link DateTimeFormatter} in English. Strict: a 30 February is no time. A time
 * without an offset or zone of its own is in the mapping's zone (the earlier one of two where
 * clocks go back); a date alone is its first moment.
 */
final class TimeReader {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?");

  /** Years 1 to 9999; what a year outside of these means is not worth asking. */
  private static final BigDecimal FIRST_SECOND = new BigDecimal("-62135596800");

  private static final BigDecimal LAST_SECOND = new BigDecimal("253402300799");

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("[' ']['T']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHmm", "Z")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);

  private final String pattern;
  private final ZoneId zone;
  private final int decimalsOfSecond;
  private final Optional<DateTimeFormatter> formatter;

  private TimeReader(
      String pattern, ZoneId zone, int decimalsOfSecond, Optional<DateTimeFormatter> formatter) {
    this.pattern = pattern;
    this.zone = zone;
    this.decimalsOfSecond = decimalsOfSecond;
    this.formatter = formatter;
  }

  /**
   * A reader of a pattern.
   *
   * @throws CommandFailure exit code 2 where it is none
   */
  static TimeReader of(String pattern, ZoneId zone) {
    return switch (pattern) {
      case "iso" -> new TimeReader(pattern, zone, 0, Optional.of(ISO));
      case "epoch_seconds" -> new TimeReader(pattern, zone, 0, Optional.empty());
      case "epoch_millis" -> new TimeReader(pattern, zone, 3, Optional.empty());
      default -> new TimeReader(pattern, zone, 0, Optional.of(formatter(pattern)));
    };
  }

  private static DateTimeFormatter formatter(String pattern) {
    try {
      return DateTimeFormatter.ofPattern(withProlepticYear(pattern), Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          ("The pattern of event_time is \"%s\": %s. It must be iso, epoch_seconds, epoch_millis or"
                  + " a pattern of Java's DateTimeFormatter.")
              .formatted(pattern, e.getMessage()),
          e);
    }
  }

  /** Strict reading wants an era beside {@code y}; {@code u} is the year that everybody means. */
  private static String withProlepticYear(String pattern) {
    StringBuilder changed = new StringBuilder(pattern);
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      quoted ^= c == '\'';
      if (!quoted && c == 'G') {
        return pattern;
      }
      if (!quoted && c == 'y') {
        changed.setCharAt(i, 'u');
      }
    }
    return changed.toString();
  }

  /** The pattern as the mapping has it. */
  String pattern() {
    return pattern;
  }

  /** The time in microseconds since the epoch, rounded down; empty where the text is none. */
  Optional<Long> micros(String text) {
    try {
      return formatter.isPresent() ? micros(formatter.get().parse(text)) : microsOfNumber(text);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Optional<Long> micros(TemporalAccessor parsed) {
    Instant instant;
    if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      instant = Instant.from(parsed);
    } else {
      LocalTime time = parsed.query(TemporalQueries.localTime());
      LocalDateTime local =
          LocalDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time);
      ZoneId own = parsed.query(TemporalQueries.zone());
      instant = local.atZone(own == null ? zone : own).toInstant();
    }
    return micros(BigDecimal.valueOf(instant.getEpochSecond()), instant.getNano() / 1_000);
  }

  private Optional<Long> microsOfNumber(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    return micros(new BigDecimal(text).movePointLeft(decimalsOfSecond), 0);
  }

  private static Optional<Long> micros(BigDecimal seconds, long more) {
    if (seconds.compareTo(FIRST_SECOND) < 0 || seconds.compareTo(LAST_SECOND) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        seconds.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact() + more);
  }
}
