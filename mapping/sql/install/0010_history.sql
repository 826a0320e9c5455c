-- The history begins with what stands now, so that the first change can be compared with something.

INSERT INTO category_group_event (pgh_created_at, pgh_label, pgh_obj_id, slug, name_th, name_en, colour, position)
SELECT now(), 'begin', slug, slug, name_th, name_en, colour, position FROM category_group;

INSERT INTO category_event (pgh_created_at, pgh_label, pgh_obj_id, id, slug, group_id, name_th, name_en, pictogram,
                            plan_work_th, public_place, sensitive, radius_m, position)
SELECT now(), 'begin', id, id, slug, group_id, name_th, name_en, pictogram,
       plan_work_th, public_place, sensitive, radius_m, position
FROM category;

INSERT INTO boundary_set_event (pgh_created_at, pgh_label, pgh_obj_id, id, name, source, licence, attribution,
                                approximate, sample, valid_on, loaded_at, activated_at, active)
SELECT now(), 'begin', id, id, name, source, licence, attribution,
       approximate, sample, valid_on, loaded_at, activated_at, active
FROM boundary_set;

INSERT INTO office_event (pgh_created_at, pgh_label, pgh_obj_id, id, code, kind, name_th, name_en, phone, email,
                          address, line_id, website)
SELECT now(), 'begin', id, id, code, kind, name_th, name_en, phone, email, address, line_id, website FROM office;

INSERT INTO office_area_event (pgh_created_at, pgh_label, pgh_obj_id, id, office_id, code)
SELECT now(), 'begin', id, id, office_id, code FROM office_area;

INSERT INTO office_categories_event (pgh_created_at, pgh_label, id, office_id, category_id)
SELECT now(), 'begin', id, office_id, category_id FROM office_categories;

INSERT INTO person_grant_event (pgh_created_at, pgh_label, pgh_obj_id, id, person_id, role, area_code, office_id,
                                given_at, given_by_id)
SELECT now(), 'begin', id, id, person_id, role, area_code, office_id, given_at, given_by_id FROM person_grant;
