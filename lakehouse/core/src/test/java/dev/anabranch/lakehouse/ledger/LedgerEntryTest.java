package dev.anabranch.lakehouse.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerEntryTest {

  private static final Event EVENT =
      new Event(
          "e-\"}1",
          "lead-é😀",
          EventType.PURCHASE,
          "email",
          Optional.of("/a{\\"),
          12_990,
          1_795_342_530_123_000L);

  private final EventValidator validator = new EventValidator();

  @Test
  void writesTheContractsLines() {
    assertThat(text(new LedgerEntry(Kind.LATE, Optional.empty(), 2, 17, Optional.of(EVENT))))
        .startsWith("{\"kind\":\"late\",\"reason\":null,\"partition\":2,\"offset\":17,\"event\":{")
        .endsWith("\"amount\":\"129.90\",\"event_time\":\"2026-11-22T10:15:30.123Z\"}}\n");
    assertThat(text(malformed(Reason.NOT_JSON)))
        .isEqualTo(
            "{\"kind\":\"malformed\",\"reason\":\"not_json\",\"partition\":0,\"offset\":0,"
                + "\"event\":null}\n");
  }

  @ParameterizedTest
  @EnumSource(names = "MALFORMED", mode = EnumSource.Mode.EXCLUDE)
  void readsBackWhatItWrote(Kind kind) {
    LedgerEntry entry =
        new LedgerEntry(kind, Optional.empty(), 3, Long.MAX_VALUE, Optional.of(EVENT));
    assertThat(LedgerEntry.parse(text(entry), validator)).isEqualTo(entry);
  }

  @ParameterizedTest
  @EnumSource
  void readsBackEveryReason(Reason reason) {
    assertThat(LedgerEntry.parse(text(malformed(reason)), validator)).isEqualTo(malformed(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"kind\":\"event\"",
        "{\"kind\":\"other\",\"reason\":null,\"partition\":2,\"offset\":17,\"event\":null}",
        "{\"kind\":\"event\",\"reason\":null,\"partition\":2,\"offset\":17,\"event\":null}",
        "{\"kind\":\"event\",\"reason\":null,\"partition\":2,\"offset\":17,\"event\":{}}",
        "{\"kind\":\"malformed\",\"reason\":\"x\",\"partition\":2,\"offset\":17,\"event\":null}",
        "{\"kind\":\"malformed\",\"reason\":null,\"partition\":2,\"offset\":17,\"event\":null}",
        "{\"kind\":\"malformed\",\"reason\":\"not_json\",\"offset\":17,\"event\":null}"
      })
  void refusesOtherLines(String line) {
    assertThatThrownBy(() -> LedgerEntry.parse(line, validator))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Not a line of a ledger: ");
  }

  private static LedgerEntry malformed(Reason reason) {
    return new LedgerEntry(Kind.MALFORMED, Optional.of(reason), 0, 0, Optional.empty());
  }

  private static String text(LedgerEntry entry) {
    return new String(entry.toLine(), StandardCharsets.UTF_8);
  }
}
