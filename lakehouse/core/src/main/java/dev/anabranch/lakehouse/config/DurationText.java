package dev.anabranch.lakehouse.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as people write them, in settings and on the command line. */
public final class DurationText {
  /** What a duration looks like, for messages. */
  public static final String EXAMPLES = "a duration with a unit, such as 250ms, 60s, 5m or PT5M";

  private static final Pattern ISO = Pattern.compile("[+-]?[Pp].*");
  private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?[0-9.]+");

  private DurationText() {}

  /**
   * Reads ISO 8601 ({@code PT5M}, {@code P1D}) or a number with a unit ({@code 250ms}, {@code 60s},
   * {@code 5m}, {@code 1h}, {@code 2d}).
   *
   * @throws IllegalArgumentException it is neither; a number without a unit could mean anything
   */
  public static Duration parse(String text) {
    String value = text.strip();
    try {
      if (ISO.matcher(value).matches()) {
        return Duration.parse(value);
      }
      if (!BARE_NUMBER.matcher(value).matches()) {
        return ConfigFactory.parseMap(Map.of("value", value)).getDuration("value");
      }
    } catch (DateTimeException | ArithmeticException | ConfigException e) {
      throw new IllegalArgumentException("'%s' is not %s".formatted(text, EXAMPLES), e);
    }
    throw new IllegalArgumentException("'%s' is not %s".formatted(text, EXAMPLES));
  }
}
