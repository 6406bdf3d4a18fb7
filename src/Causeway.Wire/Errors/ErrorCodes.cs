namespace Causeway.Wire.Errors;

/// <summary>
/// The table of errors: everything the gateway itself can answer. Codes are stable once released.
/// <c>docs/reference/errors.md</c> is generated from <see cref="All"/>.
/// </summary>
public static class ErrorCodes
{
    private const string InvalidRequest = "invalid_request_error";
    private const string RateLimit = "rate_limit_error";
    private const string Server = "server_error";
    private const string Upstream = "upstream_error";

    // The request's body.
    public static readonly ErrorCode InvalidJson = new("invalid_json", 400, InvalidRequest,
        "The body is not a JSON object in valid UTF-8.", "Send one JSON object; the message gives the position of the fault.");
    public static readonly ErrorCode JsonTooDeep = new("json_too_deep", 400, InvalidRequest,
        "Objects and arrays are nested more than 128 deep.", "Flatten the request.");
    public static readonly ErrorCode DuplicateMember = new("duplicate_member", 400, InvalidRequest,
        "An object has two members of the same name; at the top level names that differ only in case count as the same.",
        "Send each member once. Two readers may choose differently between duplicates, so none is trusted.");
    public static readonly ErrorCode MissingRequiredParameter = new("missing_required_parameter", 400, InvalidRequest,
        "A required member is absent.", "Add the member named by `param`.");
    public static readonly ErrorCode InvalidType = new("invalid_type", 400, InvalidRequest,
        "A member has the wrong JSON type.", "Send the type that the message asks for.");
    public static readonly ErrorCode UnsupportedParameter = new("unsupported_parameter", 400, InvalidRequest,
        "A part of the request cannot be done where the route sends it, and the route's parameter policy does not allow to go without.",
        "Leave out what `param` names, or change `params` of the route: see [params](params.md).");
    public static readonly ErrorCode OperationNotSupported = new("operation_not_supported", 400, InvalidRequest,
        "No upstream of the model's route can do what the path asks for: completions, embeddings or tokenize.",
        "Ask for a model whose route has such an upstream; the message names the route.");
    public static readonly ErrorCode UnsupportedSchema = new("unsupported_schema", 400, InvalidRequest,
        "A JSON Schema has a keyword that an embedded model cannot be held to, or is none; the message names keyword and place.",
        "Leave the keyword out, or send the request to an upstream that validates instead.");
    public static readonly ErrorCode StringAboveMaxLength = new("string_above_max_length", 400, InvalidRequest,
        "A text is longer than its limit.", "Shorten the member named by `param`.");

    // The request as HTTP.
    public static readonly ErrorCode MalformedRequest = new("malformed_request", 400, InvalidRequest,
        "The request is not well-formed HTTP: method spelling, header names, lengths or chunk framing.",
        "Use a conforming HTTP client; the connection is closed.");
    public static readonly ErrorCode MissingApiKey = new("missing_api_key", 401, InvalidRequest,
        "The request carries no key.", "Send `Authorization: Bearer <key>`.");
    public static readonly ErrorCode InvalidApiKey = new("invalid_api_key", 401, InvalidRequest,
        "The key is not one of this gateway's keys.", "Check the key; a key made with `causeway key new` is shown only once.");
    public static readonly ErrorCode HostNotAllowed = new("host_not_allowed", 403, InvalidRequest,
        "The `Host` header names a host that this gateway does not serve.", "Call the gateway by an address it was configured for.");
    public static readonly ErrorCode ModelNotFound = new("model_not_found", 404, InvalidRequest,
        "No route of the plan matches the model.", "Ask `GET /v1/models` for the names offered, or add a route.");
    public static readonly ErrorCode UnknownTask = new("unknown_task", 400, InvalidRequest,
        "The header `x-causeway-task` names a task that does not exist.", "Send `chat`, `code` or `agent`, or no such header.");
    public static readonly ErrorCode UnknownUrl = new("unknown_url", 404, InvalidRequest,
        "Nothing is served at this path.", "Check the base URL; it ends in `/v1`.");
    public static readonly ErrorCode MethodNotAllowed = new("method_not_allowed", 405, InvalidRequest,
        "The path exists but not with this method.", "Use a method from the `Allow` header.");
    public static readonly ErrorCode RequestTimeout = new("request_timeout", 408, InvalidRequest,
        "The request did not arrive completely in time.", "Send the body without pauses.");
    public static readonly ErrorCode RequestTooLarge = new("request_too_large", 413, InvalidRequest,
        "The body is over `limits.body`.", "Send less, or raise the limit.");
    public static readonly ErrorCode UriTooLong = new("uri_too_long", 414, InvalidRequest,
        "The request line is over its limit.", "Shorten the URL.");
    public static readonly ErrorCode UnsupportedMediaType = new("unsupported_media_type", 415, InvalidRequest,
        "The content type is not JSON, or the body is compressed.", "Send `Content-Type: application/json` without `Content-Encoding`.");
    public static readonly ErrorCode HeadersTooLarge = new("headers_too_large", 431, InvalidRequest,
        "The request's headers are over their limit, in number or in size.", "Send fewer or shorter headers.");

    // The gateway's own state.
    public static readonly ErrorCode TooManyRequestsInProgress = new("too_many_requests_in_progress", 429, RateLimit,
        "`limits.concurrentRequests` requests are in progress.", "Retry after the time in `Retry-After`, or raise the limit.");
    public static readonly ErrorCode InsufficientQuota = new("insufficient_quota", 429, "insufficient_quota",
        "The route's `budget` of this UTC day is spent and it names nothing cheaper.",
        "Wait until midnight UTC, raise `budget.usdPerDay`, or give the route a `degrade` target.");
    public static readonly ErrorCode InternalError = new("internal_error", 500, Server,
        "The gateway failed; the fault is its own.", "Retry, and report the request id.");
    public static readonly ErrorCode GatewayOverloaded = new("gateway_overloaded", 503, Server,
        "The memory set aside for request bodies is used up.", "Retry after the time in `Retry-After`.");
    public static readonly ErrorCode RouteKilled = new("route_killed", 503, Server,
        "An operator has switched the route off (`causeway kill route`).", "Wait for the operator, or ask for another model.");
    public static readonly ErrorCode UpstreamKilled = new("upstream_killed", 503, Server,
        "An operator has switched off every upstream of the route (`causeway kill upstream`).", "Wait for the operator, or ask for another model.");
    public static readonly ErrorCode AdminRefused = new("admin_refused", 403, InvalidRequest,
        "The admin API was called from another machine or without its token.",
        "Use `causeway kill` on the gateway's machine, with `--data` naming its data folder.");
    public static readonly ErrorCode KillUnknown = new("kill_unknown", 404, InvalidRequest,
        "The plan has no route or upstream of this name, or it is not switched off.", "Ask `causeway plan` for the names, `causeway kills` for what is off.");
    public static readonly ErrorCode ShuttingDown = new("shutting_down", 503, Server,
        "The gateway is stopping and takes no new requests.", "Retry; another replica or the restarted gateway answers.");

    // Models in the gateway's own process.
    public static readonly ErrorCode LocalModelBusy = new("local_model_busy", 429, RateLimit,
        "As many requests as the upstream's `queue` allows wait for the embedded model already.", "Retry after the time in `Retry-After`, raise `queue`, or add a fallback target.");
    public static readonly ErrorCode LocalModelTooLarge = new("local_model_too_large", 503, Server,
        "The embedded model does not fit into the memory that there is; the message has both numbers.",
        "The operator frees memory, raises `memory`, lowers `context`, or takes a smaller file.");
    public static readonly ErrorCode LocalModelUnusable = new("local_model_unusable", 503, Server,
        "The embedded model's files cannot be used.", "The operator reads the gateway's log, and `causeway models show`.");

    // Files and fine-tuning jobs.
    public static readonly ErrorCode TuningRefused = new("tuning_refused", 403, InvalidRequest,
        "Files and fine-tuning jobs are for keys with `tune: true`; without keys, for this machine only.",
        "The operator adds `tune: true` to the key in the spec.");
    public static readonly ErrorCode NoBaseModel = new("no_base_model", 400, InvalidRequest,
        "The plan has no upstream of type `embedded`, so that there is no model to tune.",
        "The operator adds one to the spec, and a model with `causeway models pull`.");
    public static readonly ErrorCode FileNotFound = new("file_not_found", 404, InvalidRequest,
        "There is no file of this id.", "Ask `GET /v1/files` for those there are.");
    public static readonly ErrorCode InvalidFile = new("invalid_file", 400, InvalidRequest,
        "The upload is not a multipart form with a file of JSON Lines and the purpose `fine-tune`.",
        "Send the parts `purpose` and `file`; the message says what is wrong.");
    public static readonly ErrorCode FileTooLarge = new("file_too_large", 413, InvalidRequest,
        "The file is over the limit for uploads.", "Send a smaller file; the message has the limit.");
    public static readonly ErrorCode FileInUse = new("file_in_use", 409, InvalidRequest,
        "A job that has not ended needs the file.", "Cancel the job, or wait for its end.");
    public static readonly ErrorCode TooManyFiles = new("too_many_files", 429, RateLimit,
        "As many files or jobs are kept as the gateway keeps.", "Delete files; wait for jobs or cancel some.");
    public static readonly ErrorCode StorageFailed = new("storage_failed", 507, Server,
        "The data folder cannot be written: the disk is full or read-only.", "The operator frees space; nothing that was there is lost.");
    public static readonly ErrorCode InvalidValue = new("invalid_value", 400, InvalidRequest,
        "A member has a value that is out of its range or unknown.", "Send a value that the message asks for.");
    public static readonly ErrorCode JobNotFound = new("fine_tune_not_found", 404, InvalidRequest,
        "There is no fine-tuning job of this id.", "Ask `GET /v1/fine_tuning/jobs` for those there are.");
    public static readonly ErrorCode JobStateConflict = new("job_state_conflict", 409, InvalidRequest,
        "The job's state does not allow what was asked: it has ended, or has not stopped.", "Look at its `status` first.");

    // The upstream, before the first byte of an answer.
    public static readonly ErrorCode UpstreamRejected = new("upstream_rejected", 400, InvalidRequest,
        "The upstream refused the request with a 4xx whose body is not an error in a known shape.",
        "Check the request against what the upstream's model supports.");
    public static readonly ErrorCode ModelRouteUnsupported = new("model_route_unsupported", 400, InvalidRequest,
        "The upstream does not serve the model through Chat Completions, on none of the paths that were tried.",
        "The operator checks the target's `model`, and `host`, `guardrail` and `project` of a Bedrock upstream.");
    public static readonly ErrorCode ContextLengthExceeded = new("context_length_exceeded", 400, InvalidRequest,
        "The upstream says that prompt and answer are longer than the model's context.", "Send less, or ask for fewer tokens.");
    public static readonly ErrorCode UpstreamRateLimited = new("upstream_rate_limited", 429, RateLimit,
        "The upstream answered 429.", "Retry after the time in `Retry-After`, or add a fallback target.");
    public static readonly ErrorCode UpstreamUnreachable = new("upstream_unreachable", 502, Upstream,
        "No connection to the upstream: refused, no route, name not found, or TLS failed.",
        "Check the upstream's `baseUrl` and the network.");
    public static readonly ErrorCode UpstreamConnectionLost = new("upstream_connection_lost", 502, Upstream,
        "The connection to the upstream broke before its answer was complete.", "Retry.");
    public static readonly ErrorCode UpstreamAuthFailed = new("upstream_auth_failed", 502, Upstream,
        "The upstream refused the operator's credentials (401 or 403).",
        "The operator checks the upstream's `apiKey`; the caller's key is fine.");
    public static readonly ErrorCode UpstreamInvalidResponse = new("upstream_invalid_response", 502, Upstream,
        "The upstream answered with something that is not a chat completion: HTML, broken JSON, an empty object.",
        "Check that `baseUrl` points at an OpenAI-compatible API.");
    public static readonly ErrorCode UpstreamAnswerUnfit = new("upstream_answer_unfit", 502, Upstream,
        "Asked again as often as allowed, the model still did not give the JSON or the tool call that the request demands.",
        "Retry, loosen the demand, or route the request to a model that keeps it by itself.");
    public static readonly ErrorCode UpstreamResponseTooLarge = new("upstream_response_too_large", 502, Upstream,
        "The upstream's answer, or one event of it, is over the limit.", "Ask for fewer tokens.");
    public static readonly ErrorCode UpstreamRedirected = new("upstream_redirected", 502, Upstream,
        "The upstream answered with a redirect, which is not followed: it would carry the key elsewhere.",
        "Put the final address into `baseUrl`.");
    public static readonly ErrorCode UpstreamFailed = new("upstream_failed", 502, Upstream,
        "The upstream answered with a 5xx.", "Retry, or add a fallback target.");
    public static readonly ErrorCode UpstreamOverloaded = new("upstream_overloaded", 503, Upstream,
        "The upstream answered 503 or 529.", "Retry after the time in `Retry-After`, or add a fallback target.");
    public static readonly ErrorCode UpstreamTimeout = new("upstream_timeout", 504, Upstream,
        "The upstream sent no first byte within `limits.timeToFirstToken`.", "Retry, or raise the limit.");
    public static readonly ErrorCode UpstreamBusy = new("upstream_busy", 429, RateLimit,
        "As many requests as `concurrency` allows are in progress at every target of the route, and no place came free in time.",
        "Retry after the time in `Retry-After`, raise `concurrency`, or add a fallback target.");
    public static readonly ErrorCode CircuitOpen = new("circuit_open", 503, Upstream,
        "The breaker of every target of the route is open: they have failed in a row and are left alone for a while.",
        "Retry after the time in `Retry-After`, or add a fallback target.");
    public static readonly ErrorCode DeadlineExceeded = new("deadline_exceeded", 504, Upstream,
        "The exchange took longer than `limits.total`.", "Ask for fewer tokens, or raise the limit.");

    // The upstream, in the middle of a stream: the caller has a 200 already and gets an error event.
    public static readonly ErrorCode UpstreamStreamCut = new("upstream_stream_cut", 502, Upstream,
        "In-band: the stream ended without `[DONE]` or a finish reason.", "Discard the partial answer and retry.");
    public static readonly ErrorCode UpstreamStreamStalled = new("upstream_stream_stalled", 502, Upstream,
        "In-band: the stream was silent for `limits.idle`.", "Discard the partial answer and retry, or raise the limit.");
    public static readonly ErrorCode UpstreamStreamError = new("upstream_stream_error", 502, Upstream,
        "In-band: the upstream sent an error event, or an event that is not JSON.", "Discard the partial answer and retry.");

    /// <summary>Every row, in the order of the documentation.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        InvalidJson, JsonTooDeep, DuplicateMember, MissingRequiredParameter, InvalidType, UnsupportedParameter, OperationNotSupported, UnsupportedSchema, StringAboveMaxLength,
        MalformedRequest, MissingApiKey, InvalidApiKey, HostNotAllowed, ModelNotFound, UnknownTask, UnknownUrl, MethodNotAllowed,
        RequestTimeout, RequestTooLarge, UriTooLong, UnsupportedMediaType, HeadersTooLarge,
        TooManyRequestsInProgress, InsufficientQuota, InternalError, GatewayOverloaded, RouteKilled, UpstreamKilled, AdminRefused, KillUnknown, ShuttingDown,
        LocalModelBusy, LocalModelTooLarge, LocalModelUnusable,
        TuningRefused, NoBaseModel, FileNotFound, InvalidFile, FileTooLarge, FileInUse, TooManyFiles, StorageFailed, InvalidValue, JobNotFound, JobStateConflict,
        UpstreamRejected, ModelRouteUnsupported, ContextLengthExceeded, UpstreamRateLimited, UpstreamUnreachable, UpstreamConnectionLost,
        UpstreamAuthFailed, UpstreamInvalidResponse, UpstreamAnswerUnfit, UpstreamResponseTooLarge, UpstreamRedirected, UpstreamFailed, UpstreamOverloaded,
        UpstreamTimeout, UpstreamBusy, CircuitOpen, DeadlineExceeded, UpstreamStreamCut, UpstreamStreamStalled, UpstreamStreamError,
    ];
}
