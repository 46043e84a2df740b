# A cache in front of Sunbeon: what is the same for everyone reaches a gateway once a second, all else passes. Change two things: the gateway and the
# origins of other pages that read sales.
vcl 4.1;

backend default {
  .host = "127.0.0.1";
  .port = "4000";
  .connect_timeout = 1s;
  .first_byte_timeout = 15s;
}

sub vcl_recv {
  # After an error (vcl_synth, vcl_deliver): the old answer stands in for 30 s. Before: for as long as one request refreshes it.
  if (req.restarts > 0) {
    set req.grace = 30s;
    set req.http.X-Again = "1";
    return (hash);
  }
  set req.grace = 1s;
  unset req.http.X-Kept;
  unset req.http.X-Again;
  # The live connection alone: Varnish reads nothing that follows on a piped connection, and would let it through with any X-Forwarded-For.
  if (req.method == "GET" && req.url ~ "^/api/sales/[^/?]+/live(\?|$)" && req.http.Upgrade ~ "(?i)^websocket$" && req.http.Connection ~ "(?i)(^|[ ,])upgrade([ ,]|$)") {
    return (pipe);
  }
  if (req.method != "GET" && req.method != "HEAD") {
    return (pass);
  }
  if (req.url ~ "^/api/sales/[a-z0-9][a-z0-9_-]*/line(/[0-9]+/departures/[0-9]+/[0-9]+)?(\?|$)") {
    set req.http.X-Kept = "line";
    unset req.http.Origin;
    set req.url = regsub(req.url, "\?.*$", "");
  } elsif (req.url ~ "^/api/sales/[a-z0-9][a-z0-9_-]*(\?|$)") {
    set req.http.X-Kept = "sale";
    set req.url = regsub(req.url, "\?.*$", "");
  } elsif (req.url ~ "^/api/sales(\?|$)") {
    # `limit` and `cursor` matter, in the order in which they came.
    set req.http.X-Kept = "sale";
  } else {
    return (pass);
  }
  # ALLOWED_ORIGINS of the gateway. An origin that is not listed is not sent on: each would be an entry of its own in the cache.
  if (req.http.Origin != "http://shop.test") {
    unset req.http.Origin;
  }
  unset req.http.Cookie;
  unset req.http.Authorization;
  return (hash);
}

# The address alone: another `Host` is no other sale.
sub vcl_hash {
  hash_data(req.url);
  return (lookup);
}

sub vcl_pipe {
  set bereq.http.Upgrade = req.http.Upgrade;
  # Not what the browser says: with `keep-alive` alone the gateway would answer as ever, and read on. A refused upgrade it ends with the connection.
  set bereq.http.Connection = "upgrade";
}

sub vcl_backend_fetch {
  unset bereq.http.X-Kept;
}

sub vcl_backend_response {
  if (bereq.uncacheable) {
    return (deliver);
  }
  # An error does not take the place of an answer that is kept. The second one is delivered: there was none.
  if (beresp.status >= 500 && (bereq.is_bgfetch || !bereq.http.X-Again)) {
    return (abandon);
  }
  if (beresp.status == 200 && beresp.http.Cache-Control ~ "public") {
    # Blocks of departures are asked for while they are new.
    if (beresp.ttl > 1h) {
      set beresp.ttl = 1h;
    }
    set beresp.grace = 30s;
    if (beresp.http.Content-Type ~ "json") {
      set beresp.do_gzip = true;
    }
    return (deliver);
  }
  # A redirect to a newer block is kept too, or a whole crowd with the line of a moment ago would follow it to the gateway; a newer block is as good,
  # so an old redirect harms nobody. Browsers still get the gateway's `no-store` with it.
  if (beresp.status == 307) {
    set beresp.ttl = 10s;
    set beresp.grace = 0s;
    return (deliver);
  }
  # A refusal is not kept.
  set beresp.ttl = 0s;
  set beresp.grace = 0s;
  return (deliver);
}

sub vcl_backend_error {
  if (bereq.is_bgfetch) {
    return (abandon);
  }
  # Varnish would keep the error for those who wait, in the place of the old answer.
  set beresp.ttl = 0s;
  set beresp.grace = 0s;
  set beresp.keep = 0s;
}

sub vcl_synth {
  if (resp.status >= 500 && req.http.X-Kept && req.restarts == 0) {
    return (restart);
  }
}

sub vcl_deliver {
  if (resp.status >= 500 && req.http.X-Kept && req.restarts == 0) {
    return (restart);
  }
  if (req.http.X-Kept) {
    if (obj.hits > 0) {
      set resp.http.X-Cache = "HIT";
    } else {
      set resp.http.X-Cache = "MISS";
    }
  }
}
