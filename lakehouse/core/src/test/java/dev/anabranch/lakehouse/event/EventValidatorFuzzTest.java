package dev.anabranch.lakehouse.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Verdict.Accepted;
import dev.anabranch.lakehouse.event.Verdict.Refused;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** No bytes make the validator throw, and every event survives its own JSON. */
class EventValidatorFuzzTest {

  private static final long FAR_AHEAD = 1L << 52;
  private static final String HOSTILE = "{}[]:,\"'\\/-+.eE0129tnu \n\t\u0000\u007f";

  private final EventValidator validator = new EventValidator();

  @Property
  void anyBytesHaveAVerdict(@ForAll @Size(max = 2_000) byte[] value, @ForAll long timestamp) {
    assertFit(validator.validate(value, timestamp));
  }

  @Property(tries = 5_000)
  void mutatedEventsHaveAVerdict(
      @ForAll("events") Event event, @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int n) {
    Random random = new Random(seed);
    byte[] value = EventJson.write(event);
    for (int i = 0; i < n; i++) {
      value = mutate(value, random);
    }
    Verdict verdict = validator.validate(value, FAR_AHEAD);
    assertFit(verdict);
    assertThat(new EventValidator().validate(value, FAR_AHEAD)).isEqualTo(verdict);
  }

  @Property
  void everyEventSurvivesItsJson(@ForAll("events") Event event) {
    assertThat(validator.validate(EventJson.write(event), FAR_AHEAD))
        .isEqualTo(new Accepted(event));
  }

  @Property(tries = 100)
  void everyEventSurvivesSerialization(@ForAll("events") Event event)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(event);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(event);
    }
  }

  @Provide
  Arbitrary<Event> events() {
    Arbitrary<String> ids = names(64).filter(id -> !id.equals(".") && !id.equals(".."));
    Arbitrary<String> channels = names(32);
    Arbitrary<Optional<String>> pages = texts(512).optional(0.7);
    Arbitrary<Long> cents = Arbitraries.longs().between(0, Event.AMOUNT_CENTS_LIMIT - 1);
    Arbitrary<Long> times =
        Arbitraries.longs().between(EventTimes.EARLIEST_MICROS, 253_402_300_799_999_999L);
    return Combinators.combine(
            ids, ids, Arbitraries.of(EventType.class), channels, pages, cents, times)
        .as(
            (id, lead, type, channel, page, amount, time) ->
                new Event(
                    id, lead, type, channel, page, type == EventType.PURCHASE ? amount : 0, time));
  }

  private static Arbitrary<String> names(int limit) {
    return codePoints(limit)
        .map(text -> text.replaceAll("[\u0000-\u001f\u007f]", "x"))
        .filter(text -> !text.replace(" ", "").isEmpty());
  }

  private static Arbitrary<String> texts(int limit) {
    return codePoints(limit);
  }

  private static Arbitrary<String> codePoints(int limit) {
    Arbitrary<Integer> any =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 0x7f),
            Arbitraries.integers().between(0, Character.MAX_CODE_POINT));
    return any.filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .list()
        .ofMaxSize(limit)
        .map(
            points ->
                points.stream()
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
  }

  private static byte[] mutate(byte[] value, Random random) {
    if (value.length == 0) {
      return value;
    }
    int at = random.nextInt(value.length);
    byte hostile = (byte) HOSTILE.charAt(random.nextInt(HOSTILE.length()));
    byte[] longer = Arrays.copyOf(value, value.length + 1);
    switch (random.nextInt(6)) {
      case 0 -> value[at] = (byte) random.nextInt();
      case 1 -> value[at] = hostile;
      case 2 -> {
        return Arrays.copyOf(value, at);
      }
      case 3 -> {
        System.arraycopy(value, at, longer, at + 1, value.length - at);
        longer[at] = hostile;
        return longer;
      }
      case 4 -> {
        int until = Math.min(value.length, at + 1 + random.nextInt(20));
        byte[] twice = Arrays.copyOf(value, value.length + until - at);
        System.arraycopy(value, at, twice, until, value.length - at);
        return twice;
      }
      default -> {
        System.arraycopy(value, at + 1, value, at, value.length - at - 1);
        return Arrays.copyOf(value, value.length - 1);
      }
    }
    return value;
  }

  private static void assertFit(Verdict verdict) {
    if (verdict instanceof Refused refused) {
      assertThat(refused.detail()).isNotEmpty().hasSizeLessThanOrEqualTo(300).matches("[ -~]*");
    } else {
      Event event = ((Accepted) verdict).event();
      assertThat(new EventValidator().validate(EventJson.write(event), FAR_AHEAD))
          .isEqualTo(verdict);
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(event.eventId())).isTrue();
    }
  }
}
