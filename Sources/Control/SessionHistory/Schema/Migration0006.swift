extension Migration {
  /// The questions that are put to the full text. Both take stretches that grow fourfold, so that what is frequent is
  /// found in a small one, and what is rare is looked for a few times only.
  ///
  /// They have the owner's rights, because row-level security would keep `@@`, which is not leakproof, from the index:
  /// the caller's teams are therefore a condition of each function itself.
  static let searching = Migration(
    number: 6, name: "searching",
    sql: #"""
      -- Stretches of time are 2^bits seconds long. Teams, times and stretches of sessions never have the same number;
      -- two stretches of sessions may, as every hit is compared with the session itself. STABLE as date_part is:
      -- otherwise they would be called, not inlined, for every event.
      CREATE FUNCTION paddock.place_of_team(team_id integer) RETURNS bigint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN team_id::bigint;
      CREATE FUNCTION paddock.place_of_time("time" timestamptz, bits integer) RETURNS bigint
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN (bits::bigint << 40) + (least(greatest(date_part('epoch', "time"), 0), 1e12::float8)::bigint >> bits);
      CREATE FUNCTION paddock.place_of_session(session_id uuid, stretch bigint) RETURNS bigint
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN -1 - (hashtextextended(session_id::text, stretch) & 9223372036854775806);
      CREATE FUNCTION paddock.places_of(team_id integer, session_id uuid, seq bigint, "time" timestamptz)
        RETURNS bigint[]
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN ARRAY[
          paddock.place_of_team(team_id), paddock.place_of_session(session_id, seq >> 14),
          paddock.place_of_time("time", 10), paddock.place_of_time("time", 14), paddock.place_of_time("time", 18),
          paddock.place_of_time("time", 22)];

      CREATE FUNCTION paddock.places_of_session(of_session uuid, first_seq bigint, last_seq bigint) RETURNS bigint[]
        LANGUAGE sql STABLE
        RETURN ARRAY(SELECT paddock.place_of_session(of_session, n)
                     FROM generate_series(first_seq >> 14, last_seq >> 14) n);

      -- The newest events are read one after the other, which is how a common word is found; then the index is asked.
      CREATE FUNCTION paddock.search_hits(
          query tsquery, teams integer[], of_session uuid,
          before_time timestamptz, before_session uuid, before_seq bigint, row_limit bigint)
        RETURNS TABLE (session_id uuid, seq bigint, "time" timestamptz)
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        DECLARE
          near constant bigint := 2500;
          team_places bigint[] := CASE WHEN EXISTS (SELECT FROM paddock.team t WHERE t.id <> ALL (teams))
            THEN ARRAY(SELECT paddock.place_of_team(t) FROM unnest(teams) t) END;
          session_places bigint[] := CASE WHEN of_session IS NOT NULL THEN paddock.places_of_session(of_session, 0,
            (SELECT c.seq FROM paddock.search_cursor c WHERE c.session_id = of_session)) END;
          listed bigint;
          more bigint;
          span interval;
          since timestamptz;
          bits integer;
          oldest timestamptz;
          edge record;
        BEGIN
          SELECT s.time, s.session_id, s.seq INTO edge FROM paddock.event_search s
            WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
            ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT 1;
          since := edge.time;
          RETURN QUERY
            SELECT n.session_id, n.seq, n.time FROM (
              SELECT * FROM paddock.event_search s
              WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
              ORDER BY s.time DESC, s.session_id DESC, s.seq DESC LIMIT near
            ) n
            WHERE n.team_id = ANY (teams) AND (of_session IS NULL OR n.session_id = of_session) AND n.words @@ query
            LIMIT row_limit;
          GET DIAGNOSTICS listed = ROW_COUNT;
          IF listed >= row_limit THEN RETURN; END IF;
          SELECT s.time, s.session_id, s.seq INTO edge FROM paddock.event_search s
            WHERE before_time IS NULL OR (s.time, s.session_id, s.seq) < (before_time, before_session, before_seq)
            ORDER BY s.time DESC, s.session_id DESC, s.seq DESC OFFSET near - 1 LIMIT 1;
          IF NOT FOUND THEN RETURN; END IF;
          span := greatest(since - edge.time, interval '1 second');
          oldest := (SELECT min(s.time) FROM paddock.event_search s);
          WHILE listed < row_limit AND edge.time >= oldest LOOP
            span := span * 4;
            since := greatest(edge.time - span, oldest);
            bits := CASE WHEN edge.time - since < interval '65536 seconds' THEN 10
              WHEN edge.time - since < interval '1048576 seconds' THEN 14
              WHEN edge.time - since < interval '16777216 seconds' THEN 18 ELSE 22 END;
            -- What the index is asked and what is compared afterwards are kept apart: no other plan will do.
            RETURN QUERY
              WITH hit AS MATERIALIZED (
                SELECT s.session_id, s.seq, s.time, s.team_id FROM paddock.event_search s
                WHERE s.words @@ query
                  AND s.places && ARRAY(
                    SELECT n FROM generate_series(
                      paddock.place_of_time(since, bits), paddock.place_of_time(edge.time, bits)) n)
                  AND (team_places IS NULL OR s.places && team_places)
                  AND (session_places IS NULL OR s.places && session_places)
              )
              SELECT h.session_id, h.seq, h.time FROM hit h
              WHERE h.time >= since AND (h.time, h.session_id, h.seq) < (edge.time, edge.session_id, edge.seq)
                AND h.team_id = ANY (teams) AND (of_session IS NULL OR h.session_id = of_session)
              ORDER BY h.time DESC, h.session_id DESC, h.seq DESC LIMIT row_limit - listed;
            GET DIAGNOSTICS more = ROW_COUNT;
            listed := listed + more;
            SELECT since AS time, '00000000-0000-0000-0000-000000000000'::uuid AS session_id, 0::bigint AS seq INTO edge;
            EXIT WHEN since <= oldest;
          END LOOP;
        END $$;
      REVOKE EXECUTE ON FUNCTION paddock.search_hits FROM PUBLIC;

      CREATE FUNCTION paddock.search(
          query_text text, marks text[], of_team text, of_session uuid,
          before_time timestamptz, before_session uuid, before_seq bigint, row_limit bigint)
        RETURNS TABLE (session_id uuid, team text, title text, seq bigint, "time" timestamptz, kind text, excerpt text)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        DECLARE
          query tsquery := websearch_to_tsquery('pg_catalog.simple', query_text);
          teams integer[] := ARRAY(SELECT t.id FROM paddock.my_team_rows() t WHERE of_team IS NULL OR t.name = of_team);
        BEGIN
          IF numnode(query) = 0 OR row_limit <= 0 THEN RETURN; END IF;
          RETURN QUERY
            WITH hit AS MATERIALIZED (
              SELECT * FROM paddock.search_hits(
                query, teams, of_session, before_time, before_session, before_seq, row_limit)
            )
            SELECT h.session_id, n.team, n.title, h.seq, h.time, e.kind, x.excerpt
            FROM hit h
            CROSS JOIN LATERAL (
              SELECT * FROM paddock.event e WHERE e.session_id = h.session_id AND e.seq = h.seq LIMIT 1
            ) e
            JOIN paddock.session n ON n.id = h.session_id
            CROSS JOIN LATERAL (SELECT left(concat_ws(' ', e.name, e.text), 32768) AS shown) c
            CROSS JOIN LATERAL (
              SELECT coalesce(min(nullif(strpos(lower(c.shown), m.mark), 0)), 1) AS place FROM unnest(marks) m (mark)
            ) p
            CROSS JOIN LATERAL (
              SELECT regexp_replace(substr(c.shown, greatest(1, p.place - 60), 240), '\s+', ' ', 'g') AS excerpt
            ) x
            ORDER BY h.time DESC, h.session_id DESC, h.seq DESC;
        END $$;
      REVOKE EXECUTE ON FUNCTION paddock.search FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.search TO paddock_viewer;

      -- The words that an event with this text must have: whole ones, but the last, which may go on. NULL: any.
      CREATE FUNCTION paddock.words_within(wanted text) RETURNS tsquery
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
        AS $$
        DECLARE
          ending text := coalesce(substring(wanted FROM '[^[:space:][:punct:]]+$'), '');
          whole text[] := tsvector_to_array(paddock.words_of(left(wanted, length(wanted) - length(ending))));
          open text[] := tsvector_to_array(paddock.words_of(ending));
        BEGIN
          RETURN (SELECT string_agg(w, ' & ')::tsquery FROM (
            SELECT quote_literal(w) FROM unnest(whole) w
            UNION ALL SELECT quote_literal(open[1]) || ':*' WHERE cardinality(open) = 1
          ) q (w));
        END $$;

      -- The next event of a session with a text: of `pattern` for ILIKE and, where it is given, of `expression` for ~*.
      CREATE FUNCTION paddock.find_text(
          of_session uuid, from_seq bigint, forward boolean, wanted text, pattern text, expression text)
        RETURNS bigint
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        DECLARE
          near constant bigint := 1000;
          query tsquery := paddock.words_within(wanted);
          indexed bigint;
          total bigint;
          low bigint;
          high bigint;
          span bigint := 16384;
          place bigint;
        BEGIN
          SELECT n.events, coalesce(c.seq, 0) INTO total, indexed
            FROM paddock.session n JOIN paddock.my_team_rows() t ON t.id = n.team_id
            LEFT JOIN paddock.search_cursor c ON c.session_id = n.id WHERE n.id = of_session;
          IF NOT FOUND THEN RETURN NULL; END IF;
          low := CASE WHEN forward THEN from_seq + 1 ELSE greatest(1, from_seq - near) END;
          high := CASE WHEN forward THEN low + near - 1 ELSE least(from_seq - 1, total) END;
          LOOP
            EXIT WHEN low > total OR high < 1;
            IF query IS NULL OR high > indexed OR high - low < near THEN
              place := paddock.read_for_text(of_session, low, high, forward, pattern, expression);
            ELSE
              place := paddock.ask_for_text(of_session, low, high, forward, query, pattern, expression);
            END IF;
            IF place IS NOT NULL THEN RETURN place; END IF;
            span := least(span * 4, 1 << 30);
            -- A stretch is indexed or it is not.
            IF forward THEN
              low := high + 1;
              high := least(low + span, total);
              IF low <= indexed AND query IS NOT NULL THEN high := least(high, indexed); END IF;
            ELSE
              high := low - 1;
              low := greatest(1, high - span);
              IF high > indexed AND query IS NOT NULL THEN low := greatest(low, indexed + 1); END IF;
            END IF;
          END LOOP;
          RETURN NULL;
        END $$;

      CREATE FUNCTION paddock.read_for_text(
          of_session uuid, low bigint, high bigint, forward boolean, pattern text, expression text)
        RETURNS bigint
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        BEGIN
          IF forward THEN
            RETURN (SELECT e.seq FROM paddock.event e
              WHERE e.session_id = of_session AND e.seq BETWEEN low AND high
                AND e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
              ORDER BY e.seq LIMIT 1);
          END IF;
          RETURN (SELECT e.seq FROM paddock.event e
            WHERE e.session_id = of_session AND e.seq BETWEEN low AND high
              AND e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
            ORDER BY e.seq DESC LIMIT 1);
        END $$;

      -- The index says which events have the words; their texts are read in order until one is right.
      CREATE FUNCTION paddock.ask_for_text(
          of_session uuid, low bigint, high bigint, forward boolean, query tsquery, pattern text, expression text)
        RETURNS bigint
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
        SET plan_cache_mode = force_custom_plan SET jit = off
        AS $$
        BEGIN
          RETURN (
            WITH hit AS MATERIALIZED (
              SELECT s.session_id, s.seq FROM paddock.event_search s
              WHERE s.words @@ query AND s.places && paddock.places_of_session(of_session, low, high)
            )
            SELECT o.seq FROM (
              SELECT h.seq FROM hit h WHERE h.session_id = of_session AND h.seq BETWEEN low AND high
              ORDER BY CASE WHEN forward THEN h.seq ELSE -h.seq END OFFSET 0
            ) o
            WHERE (SELECT e.text ILIKE pattern AND (expression IS NULL OR e.text ~* expression)
                   FROM paddock.event e WHERE e.session_id = of_session AND e.seq = o.seq)
            LIMIT 1);
        END $$;
      REVOKE EXECUTE ON FUNCTION paddock.find_text, paddock.read_for_text, paddock.ask_for_text FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION paddock.find_text TO paddock_viewer;
      """#)
}
