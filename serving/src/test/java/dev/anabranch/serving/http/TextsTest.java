package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TextsTest {
  private final Instants instants = new Instants();

  @Property
  void instantsAreWrittenAsJavaDoes(
      @ForAll @LongRange(min = -62_167_219_200_000_000L, max = 253_402_300_799_999_999L)
          long micros) {
    Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    assertThat(instants.text(micros)).isEqualTo(DateTimeFormatter.ISO_INSTANT.format(instant));
    long minute = Math.floorDiv(micros, 60_000_000L) * 60_000_000L;
    assertThat(instants.text(minute)).endsWith(":00Z").hasSize(20);
  }

  @Property
  void textsAreInTheOrderOfCodePoints(@ForAll @Size(10) String[] texts) {
    String[] valid =
        Arrays.stream(texts)
            .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text))
            .toArray(String[]::new);
    String[] byBytes = valid.clone();
    Arrays.sort(valid, CodePoints::compare);
    Arrays.sort(
        byBytes,
        (left, right) ->
            Arrays.compareUnsigned(
                left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
    assertThat(valid).isEqualTo(byBytes);
  }

  @Test
  void surrogatesComeLast() {
    assertThat(CodePoints.compare("\uFF5E", "\uD83D\uDE00")).isNegative();
    assertThat(CodePoints.compare("a\uD83D\uDE00", "a\uD83D\uDE01")).isNegative();
    assertThat(CodePoints.compare("a", "ab")).isNegative();
    assertThat(CodePoints.compare("a", "a")).isZero();
  }

  @Test
  void shownTextsAreSafe() {
    assertThat(Shown.text("a\u0000b\n\u0085")).isEqualTo("aU+0000bU+000AU+0085");
    assertThat(Shown.text("\uD83D")).isEqualTo("U+D83D");
    assertThat(Shown.text("\uD83D\uDE00".repeat(100))).isEqualTo("\uD83D\uDE00".repeat(80) + "…");
  }

  @Property
  void percentEncodingComesBack(@ForAll String text) throws Exception {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return;
    }
    StringBuilder all = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      all.append("%%%02x".formatted(octet));
    }
    assertThat(Percent.decode(all.toString())).isEqualTo(text);
    assertThat(Percent.decode(text.replace("%", "%25"))).isEqualTo(text);
  }
}
