/** The platform's tables: where they are, what they hold, and the ledger of batch runs. */
package dev.anabranch.lakehouse.lake;
