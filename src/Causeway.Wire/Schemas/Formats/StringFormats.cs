namespace Causeway.Wire.Schemas.Formats;

/// <summary>The formats of draft 2020-12 by name.</summary>
internal static class StringFormats
{
    /// <summary>The check of a format; null for one that is not known, which then says nothing.</summary>
    public static Func<string, bool>? Find(string name) => name switch
    {
        "date-time" => TimeFormats.IsDateTime,
        "date" => TimeFormats.IsDate,
        "time" => TimeFormats.IsTime,
        "duration" => TimeFormats.IsDuration,
        "email" => MailFormats.IsEmail,
        "idn-email" => MailFormats.IsIdnEmail,
        "hostname" => HostFormats.IsHostname,
        "idn-hostname" => HostFormats.IsIdnHostname,
        "ipv4" => HostFormats.IsIPv4,
        "ipv6" => HostFormats.IsIPv6,
        "uri" => text => UriFormats.Is(text, relative: false, international: false),
        "uri-reference" => text => UriFormats.Is(text, relative: true, international: false),
        "iri" => text => UriFormats.Is(text, relative: false, international: true),
        "iri-reference" => text => UriFormats.Is(text, relative: true, international: true),
        "uri-template" => UriFormats.IsTemplate,
        "uuid" => TextFormats.IsUuid,
        "json-pointer" => TextFormats.IsJsonPointer,
        "relative-json-pointer" => TextFormats.IsRelativeJsonPointer,
        "regex" => text => Patterns.EcmaPattern.TryTranslate(text, out _, out _),
        _ => null,
    };
}
