namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// The formats of draft 2020-12 as languages. Where a format is no regular language, or a wide one, its plain part: everything that belongs
/// to the language has the format, not the other way round.
/// </summary>
internal static class FormatLanguages
{
    private const string Date =
        "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|" +
        "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

    private const string Time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";

    private const string Duration =
        "P(([0-9]{1,9}D|[0-9]{1,9}M([0-9]{1,9}D)?|[0-9]{1,9}Y([0-9]{1,9}M([0-9]{1,9}D)?)?)(T(TIME))?|T(TIME)|[0-9]{1,9}W)";

    private const string DurationTime = "[0-9]{1,9}S|[0-9]{1,9}M([0-9]{1,9}S)?|[0-9]{1,9}H([0-9]{1,9}M([0-9]{1,9}S)?)?";

    // Without two hyphens in the third and fourth place, which only names that are Punycode may have.
    private const string Label =
        "[A-Za-z0-9]([A-Za-z0-9]|[A-Za-z0-9-]([A-Za-z0-9]([A-Za-z0-9-]{0,59}[A-Za-z0-9])?|-[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?))?";

    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private const string IPv4 = $"({Octet}\\.){{3}}{Octet}";

    private const string Hex = "[0-9A-Fa-f]{1,4}";

    private const string IPv6 =
        $"(({Hex}:){{7}}{Hex}|({Hex}:){{6}}{IPv4}|({Hex}:){{1,7}}:|({Hex}:){{1,6}}:{Hex}|({Hex}:){{1,5}}(:{Hex}){{1,2}}|({Hex}:){{1,4}}(:{Hex}){{1,3}}|" +
        $"({Hex}:){{1,3}}(:{Hex}){{1,4}}|({Hex}:){{1,2}}(:{Hex}){{1,5}}|{Hex}:(:{Hex}){{1,6}}|:((:{Hex}){{1,7}}|:)|" +
        $"::({Hex}:){{0,5}}{IPv4}|({Hex}:){{1,5}}:{IPv4}|({Hex}:){{1,4}}:{Hex}:{IPv4})";

    private const string Unreserved = "A-Za-z0-9._~!$&'()*+,;=\\-";

    private const string Character = $"([{Unreserved}:@]|%[0-9A-Fa-f]{{2}})";

    private const string HostCharacter = $"([{Unreserved}]|%[0-9A-Fa-f]{{2}})";

    private const string Authority = $"(({HostCharacter}|:)*@)?({HostCharacter}*|\\[{IPv6}\\])(:[0-9]*)?";

    private const string Tail = $"(\\?({Character}|[/?])*)?(#({Character}|[/?])*)?";

    private const string Uri = $"[A-Za-z][A-Za-z0-9+.\\-]*:(//{Authority}(/{Character}*)*|/({Character}+(/{Character}*)*)?|({Character}+(/{Character}*)*)?){Tail}";

    private const string Relative =
        $"(//{Authority}(/{Character}*)*|/({Character}+(/{Character}*)*)?|(([{Unreserved}@]|%[0-9A-Fa-f]{{2}})+(/{Character}*)*)?){Tail}";

    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-]+";

    private const string Email = $"{Atom}(\\.{Atom})*@HOST";

    // Names of at most 253 characters: the length is an intersection.
    private static readonly Language s_shortName = Language.Repeat(Language.Of(CodePointSet.All), 1, 253);

    /// <summary>Null for a format that is not known, which then says nothing.</summary>
    public static Language? Find(string format) => format switch
    {
        "date" => Read(Date),
        "time" => Read(Time),
        "date-time" => Read($"{Date}[Tt]{Time}"),
        "duration" => Read(Duration.Replace("TIME", DurationTime, StringComparison.Ordinal)),
        "email" or "idn-email" => Read(Email.Replace("HOST", $"{Label}(\\.{Label}){{0,3}}", StringComparison.Ordinal)),
        "hostname" or "idn-hostname" => Language.Both(Read($"{Label}(\\.{Label})*"), s_shortName),
        "ipv4" => Read(IPv4),
        "ipv6" => Read(IPv6),
        "uri" or "iri" => Read(Uri),
        "uri-reference" or "iri-reference" => Read($"({Uri}|{Relative})"),
        "uri-template" => Read($"({Character}|[/?#]|\\{{[+#./;?&]?[A-Za-z0-9_]+(,[A-Za-z0-9_]+)*\\}})*"),
        "uuid" => Read("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        "json-pointer" => Read("(/([^~/]|~[01])*)*"),
        "relative-json-pointer" => Read("(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)"),
        "regex" => Read("[A-Za-z0-9 _]*"),
        _ => null,
    };

    private static Language Read(string pattern) => PatternReader.Read($"^({pattern})$");
}
