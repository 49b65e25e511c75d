/** Tables in PostgreSQL: profiles of leads that are read, hot leads that are handed over. */
package dev.anabranch.lakehouse.postgresql;
