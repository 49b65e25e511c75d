package dev.anabranch.cli.replay;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.EventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a mapping file (HOCON). Whatever is wrong with it is a usage error that names the key. */
final class MappingFile {

  private static final Set<String> FILE_KEYS =
      Set.of("format", "time_zone", "header", "separator", "quote");
  private static final Set<String> FIELD_KEYS =
      Set.of("column", "constant", "row", "values", "default");

  /** What a mapping of event types lists that lists nothing. */
  private static final Map<String, String> OUR_TYPES =
      Stream.of(EventType.values())
          .collect(Collectors.toMap(EventType::wireName, EventType::wireName));

  private final Path file;
  private final Config config;

  private MappingFile(Path file, Config config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Reads a mapping.
   *
   * @throws CommandFailure exit code 2 where the file is not there or not a mapping
   */
  static Mapping read(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw CommandFailure.usage("There is no mapping file " + file + ", or it cannot be read.");
    }
    try {
      return new MappingFile(file, ConfigFactory.parseFile(file.toFile()).resolve()).mapping();
    } catch (ConfigException e) {
      throw CommandFailure.usage(
          "The mapping %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private Mapping mapping() {
    Set<String> known = new TreeSet<>(FILE_KEYS);
    Stream.of(Target.values()).map(Target::wireName).forEach(known::add);
    refuseUnknown("", config, known);
    boolean header = !config.hasPath("header") || config.getBoolean("header");
    Map<Target, FieldMapping> fields = new EnumMap<>(Target.class);
    for (Target target : Target.values()) {
      if (config.hasPath(target.wireName())) {
        fields.put(target, field(target, header));
      } else if (target.required()) {
        throw wrong(target.wireName(), "is missing; every event needs one");
      }
    }
    return new Mapping(
        config.hasPath("format")
            ? Optional.of(Format.named(config.getString("format")))
            : Optional.empty(),
        new CsvFormat(header, character("separator", ','), character("quote", '"')),
        TimeReader.of(string("event_time.pattern").orElse("iso"), zone()),
        decimal(),
        checked(fields));
  }

  private FieldMapping field(Target target, boolean header) {
    String name = target.wireName();
    if (config.getValue(name).valueType() != ConfigValueType.OBJECT) {
      throw wrong(name, "must be an object such as { column = theirs }");
    }
    Config field = config.getConfig(name);
    Set<String> known = new TreeSet<>(FIELD_KEYS);
    if (target == Target.EVENT_TIME) {
      known.add("pattern");
    } else if (target == Target.AMOUNT) {
      known.add("decimal");
    }
    refuseUnknown(name + ".", field, known);
    List<Source> sources = new ArrayList<>();
    string(name + ".column").map(Source.Column::new).ifPresent(sources::add);
    string(name + ".constant").map(Source.Constant::new).ifPresent(sources::add);
    string(name + ".row").map(Source.RowNumber::new).ifPresent(sources::add);
    if (sources.size() != 1) {
      throw wrong(name, "must have exactly one of column, constant and row");
    }
    if (sources.get(0) instanceof Source.Column column) {
      if (!header && !column.name().matches("[1-9][0-9]{0,5}")) {
        throw wrong(
            name + ".column",
            "is \"" + column.name() + "\"; without a header it is a number from 1");
      }
    } else if (field.hasPath("values") || field.hasPath("default")) {
      throw wrong(name, "has values or a default, which only a column can have");
    }
    Optional<Map<String, String>> values =
        target == Target.EVENT_TYPE ? values(name).or(() -> Optional.of(OUR_TYPES)) : values(name);
    return new FieldMapping(sources.get(0), values, string(name + ".default"));
  }

  private Optional<Map<String, String>> values(String field) {
    if (!config.hasPath(field + ".values")) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.getObject(field + ".values").entrySet()) {
      values.put(entry.getKey(), scalar(field + ".values." + entry.getKey(), entry.getValue()));
    }
    return Optional.of(values);
  }

  /** What can be wrong in every row alike is said before the first. */
  private Map<Target, FieldMapping> checked(Map<Target, FieldMapping> fields) {
    FieldMapping type = fields.get(Target.EVENT_TYPE);
    Stream.concat(
            Stream.concat(
                type.values().stream().flatMap(values -> values.values().stream()),
                type.fallback().stream()),
            type.source() instanceof Source.Constant constant
                ? Stream.of(constant.value())
                : Stream.empty())
        .filter(ours -> EventType.ofWireName(ours).isEmpty())
        .findFirst()
        .ifPresent(
            ours -> {
              throw wrong(
                  "event_type",
                  "gives \""
                      + ours
                      + "\"; the types are web_visit, form_submission, email_click and purchase");
            });
    return fields;
  }

  private ZoneId zone() {
    String name = string("time_zone").orElse("UTC");
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw wrong("time_zone", "is \"" + name + "\", no time zone such as Europe/Vienna or +02:00");
    }
  }

  private char decimal() {
    char decimal = character("amount.decimal", '.');
    if (decimal != '.' && decimal != ',') {
      throw wrong("amount.decimal", "is \"" + decimal + "\"; it must be \".\" or \",\"");
    }
    return decimal;
  }

  private char character(String key, char otherwise) {
    String text = string(key).orElse(String.valueOf(otherwise));
    if (text.length() != 1) {
      throw wrong(key, "is \"" + text + "\"; it must be one character");
    }
    return text.charAt(0);
  }

  private Optional<String> string(String path) {
    return config.hasPath(path)
        ? Optional.of(scalar(path, config.getValue(path)))
        : Optional.empty();
  }

  /** A number as it is written, so that a constant of 0.10 does not become 0.1. */
  private String scalar(String path, ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, BOOLEAN, NUMBER -> value.atKey("value").getString("value");
      case OBJECT, LIST, NULL ->
          throw wrong(path, "must be a text; a name with dots or spaces needs quotes");
    };
  }

  private void refuseUnknown(String prefix, Config in, Set<String> known) {
    for (String key : new TreeSet<>(in.root().keySet())) {
      if (!known.contains(key)) {
        throw wrong(prefix + key, "is not known; known keys are " + String.join(", ", known));
      }
    }
  }

  private CommandFailure wrong(String key, String fault) {
    return CommandFailure.usage(
        "The mapping %s: %s %s. All keys, with examples: docs/mapping.md."
            .formatted(file, key, fault));
  }
}
