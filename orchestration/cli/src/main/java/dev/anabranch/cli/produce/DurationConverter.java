package dev.anabranch.cli.produce;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line: {@code 250ms}, {@code 5s}, {@code 10m} or ISO 8601. */
public final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String value) {
    try {
      return value.startsWith("P")
          ? Duration.parse(value)
          : ConfigFactory.parseMap(Map.of("value", value)).getDuration("value");
    } catch (DateTimeParseException | ConfigException e) {
      throw new TypeConversionException(
          "'" + value + "' is not a duration such as 250ms, 5s, 10m or PT1M");
    }
  }
}
