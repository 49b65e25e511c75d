package dev.anabranch.cli.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a replay says of itself. Rows are those that were sent and those that were left out. */
record ReplayReport(
    long rows, long sent, UnmappedRows unmapped, Optional<Path> ledger, double seconds) {

  void print(PrintWriter out, boolean json) {
    if (json) {
      out.println(json());
    } else {
      out.printf("Read %d rows and sent %d events in %.1f s.%n", rows, sent, seconds);
      if (sent > 0) {
        out.println("Batch views hold them after the next run: ./anabranch batch run");
      }
      if (unmapped.rows() > 0) {
        out.printf("%d rows did not map and were left out:%n", unmapped.rows());
        unmapped
            .counts()
            .forEach(
                (fault, count) -> {
                  List<String> some = unmapped.examples().get(fault);
                  out.printf("  %8d  %s (%s)%n", count, fault, String.join("; ", some));
                });
      }
    }
    out.flush();
  }

  private ObjectNode json() {
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("rows", rows);
    result.put("sent", sent);
    result.put("unmapped_rows", unmapped.rows());
    ObjectNode counts = result.putObject("unmapped");
    unmapped.counts().forEach(counts::put);
    ObjectNode examples = result.putObject("examples");
    unmapped
        .examples()
        .forEach(
            (fault, some) -> {
              ArrayNode list = examples.putArray(fault);
              some.forEach(list::add);
            });
    result.put("ledger", ledger.map(Path::toString).orElse(null));
    result.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
    return result;
  }
}
