package dev.anabranch.cli.replay;

import dev.anabranch.cli.replay.MappedRow.Mapped;
import dev.anabranch.cli.replay.MappedRow.Unmapped;
import dev.anabranch.lakehouse.event.Amounts;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes events of rows. The first field that is wrong, in the contract's order, is a row's fault.
 */
final class RowMapper {

  /** Decimals as people and programs write them, not longer than any sense. */
  private static final Pattern AMOUNT =
      Pattern.compile("-?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,10})?");

  private final Mapping mapping;
  private final List<String> columns;
  private final Clock clock;
  private final EventValidator validator = new EventValidator();
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();

  /**
   * A mapper.
   *
   * @param columns the columns of the rows' values, in their order
   * @param clock what the platform will take as the present
   */
  RowMapper(Mapping mapping, List<String> columns, Clock clock) {
    this.mapping = mapping;
    this.columns = List.copyOf(columns);
    this.clock = clock;
  }

  MappedRow map(Row row) {
    if (!row.fault().isEmpty()) {
      return new Unmapped(row.number(), "row: " + row.fault(), "");
    }
    Map<Target, String> theirs = new EnumMap<>(Target.class);
    Map<Target, String> ours = new EnumMap<>(Target.class);
    for (Target target : Target.values()) {
      FieldMapping field = mapping.fields().get(target);
      if (field == null) {
        continue;
      }
      String value = value(field.source(), row);
      theirs.put(target, value);
      if (target != Target.AMOUNT || isPurchase(ours)) {
        Optional<String> mapped = field.ours(value);
        if (mapped.isEmpty() && !value.isEmpty()) {
          return notListed(row, target, value);
        }
        mapped.ifPresent(text -> ours.put(target, text));
      }
      boolean wanted = target.required() || (target == Target.AMOUNT && isPurchase(ours));
      if (wanted && !ours.containsKey(target)) {
        return unmapped(row, target, "is empty", value);
      }
      if (ours.containsKey(target) && !encoder.canEncode(ours.get(target))) {
        return unmapped(row, target, "bad_value", "an unpaired surrogate");
      }
    }
    return event(row, theirs, ours);
  }

  private String value(Source source, Row row) {
    if (source instanceof Source.Column column) {
      return row.values().get(columns.indexOf(column.name()));
    }
    if (source instanceof Source.RowNumber number) {
      return number.prefix() + row.number();
    }
    return ((Source.Constant) source).value();
  }

  private static boolean isPurchase(Map<Target, String> ours) {
    return EventType.PURCHASE.wireName().equals(ours.get(Target.EVENT_TYPE));
  }

  private MappedRow event(Row row, Map<Target, String> theirs, Map<Target, String> ours) {
    Optional<EventType> type = EventType.ofWireName(ours.get(Target.EVENT_TYPE));
    if (type.isEmpty()) {
      return notListed(row, Target.EVENT_TYPE, theirs.get(Target.EVENT_TYPE));
    }
    long cents = 0;
    if (type.get() == EventType.PURCHASE) {
      String amount = ours.getOrDefault(Target.AMOUNT, "").strip();
      if (mapping.decimal() == ',') {
        // A point would be between thousands: what it means is not ours to guess.
        amount = amount.contains(".") ? "" : amount.replace(',', '.');
      }
      cents = AMOUNT.matcher(amount).matches() ? Amounts.centsOf(amount) : Amounts.INVALID;
      if (!ours.containsKey(Target.AMOUNT)) {
        return unmapped(row, Target.AMOUNT, "is not in the mapping, but a purchase needs one", "");
      }
      if (cents == Amounts.INVALID) {
        return unmapped(
            row,
            Target.AMOUNT,
            "is no decimal from 0 to below 10^16 with at most two decimals"
                + (mapping.decimal() == ',' ? " behind a comma" : ""),
            ours.get(Target.AMOUNT));
      }
    }
    String time = ours.get(Target.EVENT_TIME).strip();
    Optional<Long> micros = mapping.times().micros(time);
    if (micros.isEmpty()) {
      return unmapped(
          row, Target.EVENT_TIME, "is no time in the pattern " + mapping.times().pattern(), time);
    }
    return judged(
        row,
        new Event(
            ours.get(Target.EVENT_ID),
            ours.get(Target.LEAD_ID),
            type.get(),
            ours.getOrDefault(Target.CHANNEL, Event.UNKNOWN_CHANNEL),
            Optional.ofNullable(ours.get(Target.PAGE)),
            cents,
            micros.get()));
  }

  /** The platform's own rules have the last word. */
  private MappedRow judged(Row row, Event event) {
    if (validator.validate(EventJson.write(event), clock.millis()) instanceof Refused refused) {
      String field = refused.detail().split(" ", 2)[0];
      return new Unmapped(
          row.number(), field + ": " + refused.reason().wireName(), refused.detail());
    }
    return new Mapped(event);
  }

  private static Unmapped notListed(Row row, Target target, String value) {
    String shown = value.length() > 60 ? value.substring(0, 60) + "..." : value;
    return unmapped(row, target, "value '" + shown + "' is not listed", value);
  }

  private static Unmapped unmapped(Row row, Target target, String fault, String example) {
    return new Unmapped(row.number(), target.wireName() + ": " + fault, example);
  }
}
