package dev.anabranch.cli.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part as a process.
 *
 * @param name its name, also that of its log file
 * @param command program and arguments; the last argument is the part's settings file, the one
 *     before it the main class
 * @param environment variables beside those of the launcher
 * @param needs names of the parts that must run before it is started
 * @param scratch its folder for temporary files, emptied before each start
 * @param heapMebibytes upper bound of its Java heap
 * @param niceness how far it gives way to others when cores are short, 0 to 19
 */
public record PartSpec(
    String name,
    List<String> command,
    Map<String, String> environment,
    Set<String> needs,
    Path scratch,
    int heapMebibytes,
    int niceness) {

  public PartSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    needs = Set.copyOf(needs);
    if (command.size() < 2) {
      throw new IllegalArgumentException("The command of " + name + " is too short: " + command);
    }
    if (needs.contains(name)) {
      throw new IllegalArgumentException(name + " needs itself");
    }
  }

  /** The end of the command line by which a process of this part on this folder is known. */
  String identity() {
    return String.join(" ", command.subList(command.size() - 2, command.size()));
  }
}
