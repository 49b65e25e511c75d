package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.event.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV and JSON Lines; Parquet has its own test. */
class ReadersTest {

  private static final String MAPPING =
      """
      event_id { column = id }
      lead_id { column = user }
      event_type { column = what, default = web_visit }
      page { column = page }
      amount { column = amount }
      event_time { column = at }
      """;

  @TempDir private Path folder;

  @Test
  void readsCsvWithQuotesAByteOrderMarkAndEmptyLines() throws IOException {
    Replays replayed =
        replay(
            "a.csv",
            MAPPING,
            String.join(
                "\r\n",
                "\ufeffat,user,id,page,what,amount,more",
                "2024-01-04 10:00,\"u,1\",1,\"say \"\"hi\"\"\nthere\",purchase,12.5,x",
                "",
                "2024-01-04 10:00,u2,2,,,,",
                ""));
    assertThat(replayed.unmapped().counts()).isEmpty();
    assertThat(replayed.events()).extracting(Event::leadId).containsExactly("u,1", "u2");
    assertThat(replayed.events().get(0).page()).contains("say \"hi\"\nthere");
    assertThat(replayed.events().get(0).amountCents()).isEqualTo(1_250);
    assertThat(replayed.events().get(1).page()).isEmpty();
  }

  @Test
  void readsCsvWithoutAHeaderAndWithOtherCharacters() throws IOException {
    String mapping =
        """
        format = csv, header = false, separator = ";", quote = "'"
        event_id { row = r- }
        lead_id { column = 2 }
        event_type { constant = web_visit }
        channel { column = 9, default = shop }
        event_time { column = 1, pattern = epoch_seconds }
        """;
    Replays replayed = replay("a.txt", mapping, "1704362400;'a;b'\n1704362401;c\n1704362401;c;x\n");
    assertThat(replayed.events()).extracting(Event::leadId).containsExactly("a;b", "c");
    assertThat(replayed.events()).extracting(Event::eventId).containsExactly("r-1", "r-2");
    assertThat(replayed.unmapped().counts())
        .containsExactly(Map.entry("row: has 3 fields instead of 2", 1L));
    assertThat(replayed.events()).extracting(Event::channel).containsOnly("shop");
  }

  @Test
  void readsJsonLines() throws IOException {
    String mapping =
        MAPPING.replace("column = user", "column = user.id").replace("column = at", "column = t");
    Replays replayed =
        replay(
            "a.jsonl.gz",
            mapping,
            """
            {"id":1,"user":{"id":"u1"},"t":"2024-01-04T10:00:00Z","page":null,"what":"","amount":7}

            {"id":"2","user.id":"u2","user":{"id":"other"},"t":"2024-01-04T10:00:00+01:00","page":"/","what":"purchase","amount":129.90}
            {"id":3,"user":{"id":true},"t":"2024-01-04","what":"purchase","amount":1.299e2}
            not json
            {"id":4,"user":{"id":"u"},"t":"2024-01-04"} {}
            [1]
            {"id":5,"user":{"id":"u"},"t":"2024-01-04","page":"\\ud800"}
            {"id":6,"user":{"id":"u"},"t":"2024-01-04","what":"purchase","amount":1e999999999}
            """);
    assertThat(replayed.rows()).isEqualTo(8);
    assertThat(replayed.events()).extracting(Event::leadId).containsExactly("u1", "u2", "true");
    assertThat(replayed.events())
        .extracting(Event::amountCents)
        .containsExactly(0L, 12_990L, 12_990L);
    assertThat(replayed.unmapped().counts())
        .containsEntry("row: is not one JSON object", 3L)
        .containsEntry("page: bad_value", 1L)
        .hasSize(3);
    assertThat(replayed.unmapped().rows()).isEqualTo(5);
  }

  @Test
  void aColumnThatTheFileLacksIsAnError() {
    assertUsage("a.csv", "id,user,what,page,at\n", "no column amount");
    assertUsage("a.csv", "", "no column id, user, what, page, amount, at");
    assertUsage("a.csv", "id,id,user,what,page,amount,at\n", "more than one column id");
    assertUsage("a.jsonl", "{\"id\":1,\"user\":2,\"what\":3}\n{\"page\":1,\"at\":1}\n", "amount");
    assertUsage("a.parquet", "PAR1 no", "not a Parquet file");
    assertUsage("a.dat", "", "does not tell its format");
  }

  @Test
  void sparseMembersOfJsonLinesAreNoError() throws IOException {
    Replays replayed =
        replay(
            "a.jsonl",
            MAPPING,
            """
            {"id":1,"user":"u","at":"2024-01-04"}
            {"id":2,"user":"u","at":"2024-01-04","page":"/","what":"web_visit","amount":1}
            """);
    assertThat(replayed.events()).hasSize(2);
    assertThat(replay("b.jsonl", MAPPING, "").rows()).isZero();
  }

  @Test
  void damagedFilesEndTheWorkWithTheRow() throws IOException {
    Path bad = folder.resolve("bad.csv");
    byte[] text =
        (header() + "1,u,,/,,2024-01-04\n2,?,,/,,2024-01-04\n").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] == '?' ? (byte) 0xff : text[i];
    }
    Files.write(bad, text);
    assertThatThrownBy(() -> Replays.of(bad, mapping(MAPPING)))
        .satisfies(
            failure ->
                assertThat(Texts.reason(failure))
                    .startsWith("it is not UTF-8 text")
                    .contains("iconv"));

    Path cut = folder.resolve("cut.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(cut))) {
      out.write(
          (header() + "1,u,,/,,2024-01-04\n".repeat(200_000)).getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Replays.of(cut, mapping(MAPPING)))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(1))
        .hasMessageContaining("cut.csv.gz failed after row");
  }

  private static String header() {
    return "id,user,what,page,amount,at\n";
  }

  private void assertUsage(String name, String text, String message) {
    assertThatThrownBy(() -> replay(name, MAPPING, text))
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(2))
        .hasMessageContaining(message);
  }

  private Replays replay(String name, String mapping, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Replays.of(file, mapping(mapping));
  }

  private Path mapping(String text) throws IOException {
    return Files.writeString(folder.resolve("mapping.conf"), text);
  }
}
