using System.Collections.Immutable;

namespace Causeway.Spec.Diagnostics;

/// <summary>One row of the table of diagnostics. Codes are never reused or renumbered: people search for them.</summary>
internal sealed record DiagnosticRule(string Code, DiagnosticSeverity Severity, string Title, string Meaning)
{
    public static readonly DiagnosticRule Unreadable = Error("SPEC0001", "The file cannot be read",
        "There is no such file, it may not be read, or it is a folder.");

    public static readonly DiagnosticRule TooLarge = Error("SPEC0002", "The spec is too large",
        "A spec has at most 1 MiB of UTF-8, 32 levels and 50,000 nodes; at most 200 problems are shown in one run.");

    public static readonly DiagnosticRule InvalidText = Error("SPEC0003", "The file is not plain text",
        "Specs are UTF-8 without control characters other than tab and line breaks; escapes that make such characters are refused too.");

    public static readonly DiagnosticRule Syntax = Error("SPEC0004", "Not YAML",
        "The YAML parser stopped here. Nothing after this place was looked at.");

    public static readonly DiagnosticRule UnsupportedYaml = Error("SPEC0005", "A part of YAML that specs do without",
        "Anchors, aliases, merge keys, tags, keys that are not text, and more than one document in a file are refused: " +
        "they hide what a spec says, and a few lines of aliases can stand for gigabytes.");

    public static readonly DiagnosticRule DuplicateKey = Error("SPEC0006", "Key given twice",
        "The same key stands twice in one mapping; YAML forbids it and readers disagree about which one wins.");

    public static readonly DiagnosticRule UnknownKey = Error("SPEC0007", "Unknown key",
        "No such key exists at this place. Unknown keys are errors, because a misspelt limit is no limit.");

    public static readonly DiagnosticRule MissingKey = Error("SPEC0008", "Missing key",
        "A key that is required at this place is not there, or the whole spec is empty.");

    public static readonly DiagnosticRule WrongType = Error("SPEC0009", "Wrong type",
        "The value is of another type than the key takes, e.g. a list instead of text. Plain `4`, `true` and `null` are not text: " +
        "write them in quotes.");

    public static readonly DiagnosticRule UnknownValue = Error("SPEC0010", "Unknown value",
        "The value is not one of those that the key knows.");

    public static readonly DiagnosticRule InvalidName = Error("SPEC0011", "Invalid name",
        "Names of upstreams, routes and keys have 1 to 63 characters of a-z, 0-9, '-', '.' and '_', and start with a letter or digit.");

    public static readonly DiagnosticRule InvalidUrl = Error("SPEC0012", "Invalid URL",
        "A base URL is absolute, http or https, has a host, and has no user, query or fragment.");

    public static readonly DiagnosticRule Environment = Error("SPEC0013", "Environment reference that gives nothing",
        "`${NAME}` is malformed, the variable is not set or empty, its value cannot be used here, or the key does not take references. " +
        "`$${` stands for a literal `${`.");

    public static readonly DiagnosticRule SecretInFile = Error("SPEC0014", "A secret in the spec",
        "Secrets belong in the environment: specs are committed, printed and logged.");

    public static readonly DiagnosticRule InvalidHeader = Error("SPEC0015", "Header that cannot be sent",
        "The name is not an HTTP token, the header belongs to the gateway or to one connection, or the value has characters that HTTP " +
        "does not carry.");

    public static readonly DiagnosticRule InvalidDuration = Error("SPEC0016", "Invalid duration",
        "A duration is a number and a unit, ms, s, m or h: `250ms`, `30s`, `10m`, `1h`.");

    public static readonly DiagnosticRule InvalidSize = Error("SPEC0017", "Invalid size",
        "A size is a number of bytes, or a number and a unit: B, KB, MB, GB (1000) or KiB, MiB, GiB (1024).");

    public static readonly DiagnosticRule OutOfRange = Error("SPEC0018", "Out of range",
        "The value is understood but lies outside what is allowed.");

    public static readonly DiagnosticRule InvalidModel = Error("SPEC0019", "Invalid model",
        "A model name has 1 to 256 characters, no space at its ends and nothing invisible; only `match.model` takes a pattern, and only " +
        "with one `*`, at the end.");

    public static readonly DiagnosticRule ModelClaimedTwice = Error("SPEC0020", "Model of two routes",
        "Two routes match the same name or pattern under conditions that are equally specific and that one request can meet, so there " +
        "is no telling which one is meant. A name beside a pattern that covers it is fine: the name wins.");

    public static readonly DiagnosticRule UnknownUpstream = Error("SPEC0021", "Unknown upstream",
        "A target names an upstream that the spec does not have.");

    public static readonly DiagnosticRule InvalidKeyHash = Error("SPEC0022", "Invalid key hash",
        "Keys are listed as `sha256:` and 64 hex digits. `causeway key new` makes a key and its hash.");

    public static readonly DiagnosticRule DuplicateApiKey = Error("SPEC0023", "Key listed twice",
        "Two keys have the same name or the same hash, so usage could not be told apart.");

    public static readonly DiagnosticRule InvalidPrice = Error("SPEC0024", "Invalid price",
        "A price is a plain number of US dollars per million tokens, from 0 to 1,000,000 with at most 9 decimals.");

    public static readonly DiagnosticRule NothingThere = Error("SPEC0025", "Nothing to serve",
        "A spec needs at least one upstream and one route, a route at least one model and one target.");

    public static readonly DiagnosticRule NotBuiltYet = Error("SPEC0026", "Not built yet",
        "The design has it, this version does not.");

    public static readonly DiagnosticRule DuplicateModel = Warning("SPEC0027", "Model listed twice",
        "One route lists the same name or pattern twice; the second one changes nothing.");

    public static readonly DiagnosticRule UnusedUpstream = Warning("SPEC0028", "Unused upstream",
        "No route sends anything to this upstream.");

    public static readonly DiagnosticRule LimitWithoutEffect = Warning("SPEC0029", "Limit without effect",
        "`timeToFirstToken` or `idle` is longer than `total`, so `total` always comes first.");

    public static readonly DiagnosticRule UnknownModel = Warning("SPEC0030", "Model that the catalog does not know",
        "The upstream's provider has models that the catalog places on its hosts, and this is none of them: a slip, or newer than the " +
        "catalog. `causeway catalog list` prints what is known; a model that is there all the same goes into the data folder's `catalog.json`.");

    public static readonly DiagnosticRule RetiredModel = Error("SPEC0031", "Retired model",
        "The provider has shut the model down: every request to it would fail. Name another, or correct the date in the data folder's " +
        "`catalog.json` if it was moved. A gateway that starts with such a spec says so as SPEC0032 and serves the other routes.");

    public static readonly DiagnosticRule RetiringModel = Warning("SPEC0032", "Model that retires soon",
        "The model will be shut down within 90 days, or has been since the gateway's spec was checked. `causeway catalog sunset` shows how " +
        "much traffic depends on it.");

    public static readonly DiagnosticRule ModelNotInRegion = Error("SPEC0033", "Model not in the Region",
        "The catalog has the model's Regions, and none is the upstream's. Use another Region or model, or correct the list in the data " +
        "folder's `catalog.json`.");

    public static readonly DiagnosticRule UnusedAlias = Warning("SPEC0034", "Unused model alias",
        "`models` has a name that no target uses.");

    public static readonly DiagnosticRule NothingEnabled = Error("SPEC0035", "Route with every target switched off",
        "Each target of the route names a model whose `enabled` is false, so nothing is left to serve it. Enable one, or add a target.");

    public static readonly DiagnosticRule UnusableCatalog = Error("SPEC0036", "Catalog file that cannot be used",
        "`catalog.json` in the data folder cannot be read, or has an unknown key, a date that is none, or a fact without its source.");

    public static readonly DiagnosticRule UnknownCaller = Error("SPEC0037", "Unknown key name",
        "`match.key` names a key that the spec does not list, so the condition could never hold.");

    public static readonly DiagnosticRule RoutingWithoutEffect = Warning("SPEC0038", "Routing without effect",
        "`sticky` without weights, a weight in `degrade.to`, `degrade` by a budget that is not there, or a budget over a model without a " +
        "price: the spec says something that cannot come about.");

    public static readonly DiagnosticRule InvalidProfile = Error("SPEC0039", "Profile that cannot be used",
        "`profile` is the name of a built-in profile, a file of version 1 that has no mistake, or `none`. Docs: params.md.");

    public static readonly DiagnosticRule FieldWithoutRemedy = Error("SPEC0040", "Action that a field does not have",
        "Only some fields can be emulated, and `model` and `messages` are needed by every request.");

    public static readonly DiagnosticRule UnknownField = Warning("SPEC0041", "Field that is probably misspelt",
        "`params.fields` names something that OpenAI's dialect does not have but nearly has. Extensions may be called anything.");

    public static readonly DiagnosticRule StrictWithoutProfile = Warning("SPEC0042", "Strict without a profile",
        "`params: strict` refuses what a target cannot do, but no profile says what this target can do: every request is passed on.");

    public static readonly DiagnosticRule MissingLocalModel = Warning("SPEC0043", "Model that is not in the store",
        "A target of an `embedded` upstream names a model, or an adapter of one, that is not there. A gateway that serves such a spec answers " +
        "its callers with a 404 until the model is added.");

    /// <summary>In the order of their codes.</summary>
    public static readonly ImmutableArray<DiagnosticRule> All =
    [
        Unreadable, TooLarge, InvalidText, Syntax, UnsupportedYaml, DuplicateKey, UnknownKey, MissingKey, WrongType, UnknownValue,
        InvalidName, InvalidUrl, Environment, SecretInFile, InvalidHeader, InvalidDuration, InvalidSize, OutOfRange, InvalidModel,
        ModelClaimedTwice, UnknownUpstream, InvalidKeyHash, DuplicateApiKey, InvalidPrice, NothingThere, NotBuiltYet,
        DuplicateModel, UnusedUpstream, LimitWithoutEffect,
        UnknownModel, RetiredModel, RetiringModel, ModelNotInRegion, UnusedAlias, NothingEnabled,
        UnusableCatalog, UnknownCaller, RoutingWithoutEffect,
        InvalidProfile, FieldWithoutRemedy, UnknownField, StrictWithoutProfile, MissingLocalModel,
    ];

    private static DiagnosticRule Error(string code, string title, string meaning) => new(code, DiagnosticSeverity.Error, title, meaning);

    private static DiagnosticRule Warning(string code, string title, string meaning) =>
        new(code, DiagnosticSeverity.Warning, title, meaning);
}
