# Net::Z3950::ZOOM as a script of a library uses it: argv host:port/db, syntax, element set, PQF.
use strict;
use warnings;
use ZOOM;
my ($address, $syntax, $elements, $query) = @ARGV;
my $connection = ZOOM::Connection->new(
    $address, 0, charset => 'UTF-8', preferredRecordSyntax => $syntax, elementSetName => $elements,
    user => 'u', password => 'p',
);
my $found = $connection->search_pqf($query);
print $found->size(), "\n";
for my $place (0 .. $found->size() - 1) {
    my $record = $found->record($place);    # one Present each, as Koha does
    print $record->error() ? "error " . $record->error() : $record->render(), "\n";
}
my $list = $connection->scan_pqf('@attr 1=4 @attr 4=2 k');
for my $place (0 .. $list->size() - 1) {
    my ($term, $count) = $list->display_term($place);
    print "term $term $count\n";
}
$found->sort('yaz', '1=4 <i');
print "sorted\n";
