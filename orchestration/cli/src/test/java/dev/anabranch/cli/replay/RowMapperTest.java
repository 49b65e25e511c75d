package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowMapperTest {

  private static final String MAPPING =
      """
      event_id { row = "r-" }
      lead_id { column = user }
      event_type { column = what, values { buy = purchase, look = web_visit } }
      channel { column = channel, values { e = email }, default = other }
      amount { column = amount }
      event_time { column = at, pattern = "yyyy-MM-dd HH:mm" }
      """;

  @TempDir private Path folder;

  @Test
  void everyRowIsAnEventOrHasItsFaultCounted() throws IOException {
    Replays replayed =
        replay(
            MAPPING,
            "u1,buy,e,12.5,2024-01-04 10:00",
            "u1,look,x,,2024-01-04 10:00",
            "u1,look,,nonsense,2024-01-04 10:00",
            "u1,buy,,,2024-01-04 10:00",
            "u1,buy,,nonsense,2024-01-04 10:00",
            "u1,buy,,-1,2024-01-04 10:00",
            "u1,buy,,1.999,2024-01-04 10:00",
            "u1,steal,,1,2024-01-04 10:00",
            "u1,steal,,1,2024-01-04 10:00",
            "u1,,,1,2024-01-04 10:00",
            ",buy,,1,2024-01-04 10:00",
            "u1,look,,,2024-02-30 10:00",
            "u1,look,,,",
            "u1,look,,,1999-12-31 23:59",
            "u1,look,,,2027-01-01 00:00",
            "..,look,,,2024-01-04 10:00",
            "x".repeat(65) + ",look,,,2024-01-04 10:00");
    assertThat(replayed.rows()).isEqualTo(17);
    assertThat(replayed.events()).extracting(Event::eventId).containsExactly("r-1", "r-2", "r-3");
    assertThat(replayed.events())
        .extracting(Event::channel)
        .containsExactly("email", "other", "other");
    assertThat(replayed.unmapped().counts())
        .containsExactly(
            java.util.Map.entry("amount: is empty", 1L),
            java.util.Map.entry(
                "amount: is no decimal from 0 to below 10^16 with at most two decimals", 3L),
            java.util.Map.entry("event_time: bad_value", 1L),
            java.util.Map.entry("event_time: in_the_future", 1L),
            java.util.Map.entry("event_time: is empty", 1L),
            java.util.Map.entry("event_time: is no time in the pattern yyyy-MM-dd HH:mm", 1L),
            java.util.Map.entry("event_type: is empty", 1L),
            java.util.Map.entry("event_type: value 'steal' is not listed", 2L),
            java.util.Map.entry("lead_id: bad_value", 2L),
            java.util.Map.entry("lead_id: is empty", 1L));
    assertThat(replayed.unmapped().rows() + replayed.events().size()).isEqualTo(17);
    assertThat(replayed.unmapped().examples().get("event_type: value 'steal' is not listed"))
        .containsExactly("row 8: steal", "row 9: steal");
  }

  @Test
  void withoutValuesATypeIsOneOfOurs() throws IOException {
    String mapping = MAPPING.replace(", values { buy = purchase, look = web_visit }", "");
    Replays replayed =
        replay(mapping, "u,email_click,,,2024-01-04 10:00", "u,other,,,2024-01-04 10:00");
    assertThat(replayed.events()).hasSize(1);
    assertThat(replayed.unmapped().counts())
        .containsOnlyKeys("event_type: value 'other' is not listed");
  }

  @Test
  void aDefaultTakesTypesThatAreNotOurs() throws IOException {
    String mapping =
        MAPPING.replace("values { buy = purchase, look = web_visit }", "default = form_submission");
    Replays replayed =
        replay(mapping, "u,email_click,,,2024-01-04 10:00", "u,other,,,2024-01-04 10:00");
    assertThat(replayed.events())
        .extracting(event -> event.type().wireName())
        .containsExactly("email_click", "form_submission");
  }

  @Test
  void amountsMayHaveADecimalComma() throws IOException {
    String mapping =
        MAPPING.replace(
            "amount { column = amount }", "amount { column = amount, decimal = \",\" }");
    Replays replayed =
        replay(
            mapping,
            "u,buy,,\"12,50\",2024-01-04 10:00",
            "u,buy,,\"1.012,50\",2024-01-04 10:00",
            "u,buy,,12.50,2024-01-04 10:00",
            "u,buy,,12,2024-01-04 10:00");
    assertThat(replayed.events()).extracting(Event::amountCents).containsExactly(1250L, 1200L);
    assertThat(replayed.unmapped().counts())
        .containsExactly(
            java.util.Map.entry(
                "amount: is no decimal from 0 to below 10^16 with at most two decimals behind a comma",
                2L));
    assertThat(replayed.unmapped().examples().values())
        .containsExactly(List.of("row 2: 1.012,50", "row 3: 12.50"));
  }

  @Test
  void aFileWithAHeaderAloneHasNoRows() throws IOException {
    Replays replayed = replay(MAPPING);
    assertThat(replayed.rows()).isZero();
    assertThat(replayed.unmapped().rows()).isZero();
  }

  @Test
  void aPurchaseNeedsAnAmountInTheMapping() throws IOException {
    String mapping = MAPPING.replace("amount { column = amount }", "");
    Replays replayed = replay(mapping, "u,buy,,1,2024-01-04 10:00", "u,look,,1,2024-01-04 10:00");
    assertThat(replayed.events()).hasSize(1);
    assertThat(replayed.unmapped().counts())
        .containsOnlyKeys("amount: is not in the mapping, but a purchase needs one");
  }

  @Test
  void faultsWithoutEndAreCountedTogether() throws IOException {
    String[] rows = new String[500];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = "u,type-" + i + ",,,2024-01-04 10:00";
    }
    Replays replayed = replay(MAPPING, rows);
    assertThat(replayed.unmapped().counts()).hasSizeLessThan(210);
    assertThat(replayed.unmapped().counts().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(500);
  }

  private Replays replay(String mapping, String... rows) throws IOException {
    Path file = folder.resolve("rows.csv");
    Files.writeString(file, "user,what,channel,amount,at\n" + String.join("\n", List.of(rows)));
    return Replays.of(file, Files.writeString(folder.resolve("mapping.conf"), mapping));
  }
}
