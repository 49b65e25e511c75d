package dev.anabranch.lakehouse.lake;

import java.util.regex.Pattern;

/** What ids runs may have; Airflow's are among them. */
public final class RunIds {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.~:+-]{1,250}");

  private RunIds() {}

  /** Whether a run may have this id: 1 to 250 of {@code A-Z a-z 0-9 _ . ~ : + -}, not . or .. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches() && !id.equals(".") && !id.equals("..");
  }
}
